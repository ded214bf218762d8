-- What a step of a case agrees on in particular (which hits are suppressed, what a licence says) is kept as JSON beside
-- it; the chain holds its hash.

alter table case_events add column terms_hash bytea check (length(terms_hash) = 32);

create table case_terms (
    tenant_id uuid not null,
    case_id   uuid not null,
    number    int not null,
    terms     text not null check (length(terms) between 2 and 20000),
    primary key (tenant_id, case_id, number),
    foreign key (tenant_id, case_id, number) references case_events (tenant_id, case_id, number)
);
call protect_by_tenant('case_terms');
create trigger append_only before update or delete on case_terms for each row execute function refuse_change();
grant select, insert on case_terms to $app_role$;

-- The same promise as before, looking only at what is new: a new event follows one that is there, the last event has
-- the hash that the case has, and none comes after it. Events are never taken away, so nothing else can break.
create or replace function check_case_file() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    subject uuid;
    head cases;
begin
    if tg_table_name = 'cases' then
        subject := new.id;
    else
        subject := new.case_id;
    end if;
    select * into head from cases where tenant_id = new.tenant_id and id = subject;
    if not exists (
            select from case_events where tenant_id = new.tenant_id and case_id = subject
                and number = head.event_count and chain_hash = head.chain_hash)
        or exists (
            select from case_events where tenant_id = new.tenant_id and case_id = subject
                and number > head.event_count) then
        raise exception 'the file of case % does not say what the case says', subject using errcode = 'check_violation';
    end if;
    if tg_table_name = 'case_events' then
        if new.number > 1 and not exists (
            select from case_events
            where tenant_id = new.tenant_id and case_id = subject and number = new.number - 1) then
            raise exception 'the file of case % has a gap before %', subject, new.number
                using errcode = 'check_violation';
        end if;
    end if;
    return null;
end
$$;

-- A false positive that two people found: the customer's data as it was and the list entry as it was, until then.
create table suppressions (
    tenant_id       uuid not null,
    id              uuid not null,
    case_id         uuid not null,
    proposal_number int not null,
    approval_number int not null check (approval_number > proposal_number),
    party_id        uuid not null,
    name            text not null check (name ~ '^[A-Z_]+$'),
    list            text not null,
    entry_id        text not null,
    entry_hash      text not null check (entry_hash ~ '^[0-9a-f]{64}$'),
    subject_hash    text not null check (subject_hash ~ '^[0-9a-f]{64}$'),
    proposed_by     text not null,
    approved_by     text not null,
    approved_at     timestamptz not null,
    expires_at      timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, case_id, proposal_number) references case_events (tenant_id, case_id, number),
    foreign key (tenant_id, case_id, approval_number) references case_events (tenant_id, case_id, number),
    constraint suppression_needs_two_people check (approved_by <> proposed_by),
    constraint suppression_ends_within_a_year check (
        expires_at > approved_at and expires_at <= approved_at + interval '366 days')
);
create index suppressions_by_subject on suppressions (tenant_id, subject_hash);
call protect_by_tenant('suppressions');
create trigger append_only before update or delete on suppressions for each row execute function refuse_change();

-- It is what one officer proposed on the case's file and another one approved there.
create function check_suppression() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from case_events p
        join case_events a on a.tenant_id = p.tenant_id and a.case_id = p.case_id and a.number = new.approval_number
        join case_terms t on t.tenant_id = p.tenant_id and t.case_id = p.case_id and t.number = p.number
        where p.tenant_id = new.tenant_id and p.case_id = new.case_id and p.number = new.proposal_number
            and p.type = 'DECISION_PROPOSED' and p.actor = new.proposed_by
            and a.type = 'DECISION_APPROVED' and a.decision = 'RELEASE' and a.actor = new.approved_by
            and a.at = new.approved_at
            and not exists (
                select from case_events l where l.tenant_id = p.tenant_id and l.case_id = p.case_id
                    and l.type = 'DECISION_PROPOSED' and l.number > p.number)
            and t.terms::jsonb -> 'suppress' @> jsonb_build_array(jsonb_build_object(
                'name', new.name, 'list', new.list, 'entryId', new.entry_id, 'entryHash', new.entry_hash,
                'subjectHash', new.subject_hash))) then
        raise exception 'a suppression is what two people decided in a case' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
revoke all on function check_suppression() from public;
create trigger check_suppression after insert on suppressions for each row execute function check_suppression();

-- One person ends it, at once. Why is kept under the case's key.
create table suppression_revocations (
    tenant_id      uuid not null,
    suppression_id uuid not null,
    revoked_by     text not null,
    revoked_at     timestamptz not null,
    reason         bytea not null check (length(reason) between 29 and 40000),
    primary key (tenant_id, suppression_id),
    foreign key (tenant_id, suppression_id) references suppressions (tenant_id, id)
);
call protect_by_tenant('suppression_revocations');
create trigger append_only before update or delete on suppression_revocations
    for each row execute function refuse_change();
grant select, insert on suppressions, suppression_revocations to $app_role$;

-- A case that froze money goes on after it is closed: the freeze is reported, and ends by a licence and two people.
alter table cases
    add column freeze_report_due_at timestamptz,
    add column freeze_reported_at timestamptz,
    add column freeze_outcome text check (freeze_outcome in ('RELEASE', 'REFUND')),
    add column freeze_end_proposed_by text,
    add column freeze_end_approved_by text,
    add column freeze_ended_at timestamptz,
    add constraint freeze_end_needs_two_people check (freeze_end_approved_by <> freeze_end_proposed_by),
    add constraint freeze_end_is_whole check (
        (freeze_outcome is null) = (freeze_end_proposed_by is null)
        and (freeze_end_approved_by is null) = (freeze_ended_at is null)
        and (freeze_ended_at is null or freeze_end_proposed_by is not null)),
    add constraint only_a_freeze_is_reported_and_ends check (
        decision is not distinct from 'FREEZE'
        or num_nulls(freeze_report_due_at, freeze_reported_at, freeze_outcome, freeze_end_proposed_by,
            freeze_end_approved_by, freeze_ended_at) = 6);
create index cases_frozen on cases (tenant_id, freeze_report_due_at, id)
    where decision = 'FREEZE' and freeze_ended_at is null;
grant update (freeze_report_due_at, freeze_reported_at, freeze_outcome, freeze_end_proposed_by, freeze_end_approved_by,
    freeze_ended_at) on cases to $app_role$;

create function check_freeze_step() returns trigger language plpgsql as $$
declare
    before jsonb := to_jsonb(old) - 'event_count' - 'chain_hash' - 'freeze_reported_at' - 'freeze_outcome'
        - 'freeze_end_proposed_by' - 'freeze_end_approved_by' - 'freeze_ended_at';
    after jsonb := to_jsonb(new) - 'event_count' - 'chain_hash' - 'freeze_reported_at' - 'freeze_outcome'
        - 'freeze_end_proposed_by' - 'freeze_end_approved_by' - 'freeze_ended_at';
begin
    if old.decision is distinct from 'FREEZE' or before <> after then
        raise exception 'a closed case stays as it is';
    end if;
    if old.freeze_reported_at is not null and new.freeze_reported_at is distinct from old.freeze_reported_at then
        raise exception 'a freeze is reported once';
    end if;
    if old.freeze_ended_at is not null
       and (new.freeze_outcome, new.freeze_end_proposed_by, new.freeze_end_approved_by, new.freeze_ended_at)
       is distinct from
       (old.freeze_outcome, old.freeze_end_proposed_by, old.freeze_end_approved_by, old.freeze_ended_at) then
        raise exception 'a freeze ends once';
    end if;
    if old.freeze_ended_at is null and new.freeze_ended_at is not null
       and (old.freeze_end_proposed_by is null
            or (new.freeze_outcome, new.freeze_end_proposed_by)
               is distinct from (old.freeze_outcome, old.freeze_end_proposed_by)) then
        raise exception 'the end of a freeze is proposed first';
    end if;
    if old.freeze_end_proposed_by is not null and new.freeze_end_proposed_by is not null
       and (new.freeze_outcome, new.freeze_end_proposed_by)
           is distinct from (old.freeze_outcome, old.freeze_end_proposed_by) then
        raise exception 'a proposal is not rewritten';
    end if;
    return new;
end
$$;

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
    if new.event_count <= old.event_count or new.chain_hash = old.chain_hash then
        raise exception 'whatever changes in a case is a step on its file';
    end if;
    if old.status = 'CLOSED' then
        return new;
    end if;
    if (new.tenant_id, new.id, new.transaction_id, new.screening_id, new.screening_round, new.list_version,
        new.policy_version, new.opened_at, new.party_id, new.alert_id)
       is distinct from
       (old.tenant_id, old.id, old.transaction_id, old.screening_id, old.screening_round, old.list_version,
        old.policy_version, old.opened_at, old.party_id, old.alert_id) then
        raise exception 'what a case is about never changes';
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
    if new.freeze_end_proposed_by is not null then
        raise exception 'the end of a freeze is proposed after the freeze';
    end if;
    return new;
end
$$;
create trigger check_freeze_step before update on cases
    for each row when (old.status = 'CLOSED') execute function check_freeze_step();

-- Files that officers put on a case, sealed under its key; the chain holds the hash of the sealed bytes. Who reads one
-- is written down.
create table case_attachments (
    tenant_id  uuid not null,
    case_id    uuid not null,
    number     int not null,
    media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png', 'text/plain')),
    size       int not null check (size between 1 and 5242880),
    sealed     bytea not null,
    primary key (tenant_id, case_id, number),
    foreign key (tenant_id, case_id, number) references case_events (tenant_id, case_id, number)
);
call protect_by_tenant('case_attachments');
create trigger append_only before update or delete on case_attachments for each row execute function refuse_change();

create table case_attachment_reads (
    tenant_id uuid not null,
    id        uuid not null,
    case_id   uuid not null,
    number    int not null,
    reader    text not null,
    read_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, case_id, number) references case_attachments (tenant_id, case_id, number)
);
create index case_attachment_reads_by_case on case_attachment_reads (tenant_id, case_id, number, id);
call protect_by_tenant('case_attachment_reads');
create trigger append_only before update or delete on case_attachment_reads
    for each row execute function refuse_change();
grant select, insert on case_attachments, case_attachment_reads to $app_role$;

-- A case of a customer, opened by an alert of rescreening: it has no transfer, and is released or frozen.
alter table cases
    alter column transaction_id drop not null,
    alter column screening_id drop not null,
    alter column screening_round drop not null,
    add column party_id uuid,
    add column alert_id uuid,
    add foreign key (tenant_id, alert_id) references customer_alerts (tenant_id, id),
    add constraint case_is_of_a_transfer_or_of_a_customer check (
        num_nulls(transaction_id, screening_id, screening_round) = (case when party_id is null then 0 else 3 end)
        and (party_id is null) = (alert_id is null)),
    add constraint customer_is_released_or_frozen check (
        party_id is null or proposed_decision is distinct from 'REJECT');
create unique index one_open_case_a_customer on cases (tenant_id, party_id)
    where status <> 'CLOSED' and party_id is not null;
create unique index one_case_an_alert on cases (tenant_id, alert_id) where alert_id is not null;
create index cases_by_party on cases (tenant_id, party_id) where party_id is not null;
