-- Cases are worked on before they are decided, and their file is a chain: each event carries the hash of all before it.
-- What people write is kept encrypted under a key of the case; the chain holds hashes of it only.

do $$
begin
    if exists (select from cases) then
        raise exception 'This database holds cases of an earlier development version, which this one cannot read. '
            'Keep it for that version and start with an empty one: ./fincode up --fresh.';
    end if;
end
$$;

alter table cases drop constraint cases_status_check, drop constraint open_case_is_undecided;
alter table cases
    add constraint cases_status_check check (
        status in ('NEW', 'ASSIGNED', 'INVESTIGATING', 'RETURNED', 'PROPOSED', 'CLOSED')),
    add constraint undecided_case_has_no_proposal check (
        status in ('PROPOSED', 'CLOSED') or (proposed_by is null and proposed_decision is null)),
    add column assignee text check (length(assignee) between 1 and 200),
    add column escalation int not null check (escalation between 0 and 2),
    add column due_at timestamptz not null,
    add column snoozed_until timestamptz check (snoozed_until <= due_at),
    add column chain_hash bytea not null check (length(chain_hash) = 32),
    add constraint worked_on_case_has_an_assignee check (
        status not in ('ASSIGNED', 'INVESTIGATING') or assignee is not null),
    add constraint only_cases_in_work_sleep check (snoozed_until is null or status not in ('PROPOSED', 'CLOSED'));
create index cases_in_work on cases (tenant_id, escalation desc, due_at, id) where status <> 'CLOSED';

alter table case_events
    drop column reason,
    add column assignee text,
    add column until timestamptz,
    add column text_hash bytea check (length(text_hash) = 32),
    add column chain_hash bytea not null check (length(chain_hash) = 32);

create table case_texts (
    tenant_id uuid not null,
    case_id   uuid not null,
    number    int not null,
    sealed    bytea not null check (length(sealed) between 29 and 40000),
    primary key (tenant_id, case_id, number),
    foreign key (tenant_id, case_id, number) references case_events (tenant_id, case_id, number)
);
call protect_by_tenant('case_texts');
create trigger append_only before update or delete on case_texts for each row execute function refuse_change();

-- The key of a case, under the service's master key.
create table case_keys (
    tenant_id     uuid not null,
    case_id       uuid not null,
    master_key_id text not null,
    wrapped_key   bytea not null,
    primary key (tenant_id, case_id),
    foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
call protect_by_tenant('case_keys');

create or replace function check_case_step() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a case is never deleted';
    end if;
    if tg_op = 'INSERT' then
        if new.status <> 'NEW' then
            raise exception 'a case begins NEW';
        end if;
        return new;
    end if;
    if old.status = 'CLOSED' then
        raise exception 'a closed case stays as it is';
    end if;
    if (new.tenant_id, new.id, new.transaction_id, new.screening_id, new.screening_round, new.list_version,
        new.policy_version, new.opened_at)
       is distinct from
       (old.tenant_id, old.id, old.transaction_id, old.screening_id, old.screening_round, old.list_version,
        old.policy_version, old.opened_at) then
        raise exception 'what a case is about never changes';
    end if;
    if new.event_count <= old.event_count or new.chain_hash = old.chain_hash then
        raise exception 'whatever changes in a case is a step on its file';
    end if;
    if new.closure = 'DECIDED' and old.status <> 'PROPOSED' then
        raise exception 'a decision is proposed first';
    end if;
    if old.status = 'PROPOSED' and new.status not in ('PROPOSED', 'RETURNED', 'CLOSED') then
        raise exception 'a proposal is approved or returned';
    end if;
    if old.status = 'PROPOSED' and new.status in ('PROPOSED', 'CLOSED')
       and (new.proposed_by, new.proposed_decision) is distinct from (old.proposed_by, old.proposed_decision) then
        raise exception 'a proposal is not rewritten';
    end if;
    if new.status = 'RETURNED' and old.status not in ('PROPOSED', 'RETURNED') then
        raise exception 'only a proposal is returned';
    end if;
    if new.status = 'NEW' and old.status <> 'NEW' then
        raise exception 'a case that was worked on is not new';
    end if;
    return new;
end
$$;

-- At commit the file of a case is whole: as many events as the case says, numbered without a gap, and the last of them
-- has the hash that the case has.
create function check_case_file() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    subject uuid;
    head cases;
    events int;
    last_hash bytea;
begin
    if tg_table_name = 'cases' then
        subject := new.id;
    else
        subject := new.case_id;
    end if;
    select * into head from cases where tenant_id = new.tenant_id and id = subject;
    select count(*), (array_agg(chain_hash order by number desc))[1] into events, last_hash
    from case_events where tenant_id = new.tenant_id and case_id = subject;
    if events <> head.event_count or last_hash is distinct from head.chain_hash or exists (
        select from case_events
        where tenant_id = new.tenant_id and case_id = subject and number > head.event_count) then
        raise exception 'the file of case % does not say what the case says', subject using errcode = 'check_violation';
    end if;
    return null;
end
$$;
revoke all on function check_case_file() from public;
create constraint trigger case_file_is_whole after insert or update on cases
    deferrable initially deferred for each row execute function check_case_file();
create constraint trigger case_file_is_whole after insert on case_events
    deferrable initially deferred for each row execute function check_case_file();

grant select, insert on case_texts, case_keys to $app_role$;
grant update (assignee, escalation, due_at, snoozed_until, chain_hash) on cases to $app_role$;
