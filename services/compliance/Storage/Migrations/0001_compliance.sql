-- Lists belong to no tenant. Their files stay here, so that every replica screens with the same.

create table list_versions (
    version      bigint generated always as identity primary key,
    content_hash bytea not null,
    entries      int not null check (entries > 0),
    aliases      int not null,
    weak_aliases int not null,
    addresses    int not null,
    comments     int not null,
    orphans      int not null,
    loaded_at    timestamptz not null
);

create table list_files (
    version bigint not null references list_versions,
    name    text not null,
    content bytea not null,
    primary key (version, name)
);

-- One row: what is in force, when the folder last held good lists, what was refused since.
create table list_state (
    only_row       boolean primary key default true check (only_row),
    active_version bigint references list_versions,
    checked_at     timestamptz,
    refused_at     timestamptz,
    refused_hash   bytea,
    refused_reason text
);
insert into list_state default values;

create table policy_versions (
    tenant_id        uuid not null,
    version          bigint not null check (version > 1),
    review_threshold numeric(5, 2) not null check (review_threshold between 50 and 100),
    made_by          text not null,
    approved_by      text not null,
    since            timestamptz not null,
    primary key (tenant_id, version),
    constraint policy_needs_two_people check (approved_by <> made_by)
);
call protect_by_tenant('policy_versions');

create table policy_proposals (
    tenant_id        uuid not null,
    id               uuid not null,
    review_threshold numeric(5, 2) not null check (review_threshold between 50 and 100),
    reason           text not null,
    state            text not null check (state in ('PROPOSED', 'APPROVED', 'WITHDRAWN')),
    proposed_by      text not null,
    proposed_at      timestamptz not null,
    approved_by      text,
    closed_at        timestamptz,
    primary key (tenant_id, id),
    constraint proposal_needs_two_people check (approved_by <> proposed_by),
    constraint proposal_is_whole check ((state = 'APPROVED') = (approved_by is not null))
);
create unique index one_proposal_waits on policy_proposals (tenant_id) where state = 'PROPOSED';
call protect_by_tenant('policy_proposals');

create table screening_rules (
    tenant_id    uuid not null,
    id           uuid not null,
    name         text not null,
    type         text not null check (type in ('AMOUNT_LIMIT', 'VELOCITY')),
    amount_limit jsonb check ((type = 'AMOUNT_LIMIT') = (amount_limit is not null)),
    velocity     jsonb check ((type = 'VELOCITY') = (velocity is not null)),
    state        text not null check (state in ('INACTIVE', 'ACTIVE')),
    created_by   text not null,
    created_at   timestamptz not null,
    activated_by text,
    activated_at timestamptz,
    primary key (tenant_id, id),
    constraint rule_needs_two_people check (activated_by <> created_by),
    constraint rule_is_whole check ((state = 'ACTIVE') = (activated_by is not null))
);
call protect_by_tenant('screening_rules');

-- What rules count: one row a transfer, with the time at which its money came.
create table funded_transfers (
    tenant_id      uuid not null,
    transaction_id uuid not null,
    sender_id      uuid not null,
    funded_at      timestamptz not null,
    primary key (tenant_id, transaction_id)
);
create index funded_transfers_by_sender on funded_transfers (tenant_id, sender_id, funded_at);
call protect_by_tenant('funded_transfers');

-- A screening that was asked for is written down before it is tried: while it has no answer, no case is decided.
create table screening_requests (
    tenant_id       uuid not null,
    transaction_id  uuid not null,
    screening_round int not null,
    requested_at    timestamptz not null,
    screening_id    uuid,
    primary key (tenant_id, transaction_id, screening_round)
);
call protect_by_tenant('screening_requests');

create table screenings (
    tenant_id       uuid not null,
    id              uuid not null,
    subject         text not null check (subject in ('TRANSFER', 'PARTY')),
    transaction_id  uuid,
    screening_round int,
    party_id        uuid,
    party_version   int,
    outcome         text not null check (outcome in ('CLEAR', 'REVIEW', 'REJECT')),
    list_version    bigint not null references list_versions,
    policy_version  bigint not null,
    evidence        jsonb not null,
    screened_at     timestamptz not null,
    primary key (tenant_id, id),
    check ((subject = 'TRANSFER') = (transaction_id is not null and screening_round is not null)),
    check ((subject = 'PARTY') = (party_id is not null and party_version is not null))
);
create unique index one_screening_a_round on screenings (tenant_id, transaction_id, screening_round)
    where subject = 'TRANSFER';
create unique index one_screening_a_party_version on screenings (tenant_id, party_id, party_version)
    where subject = 'PARTY';
call protect_by_tenant('screenings');

create table payout_notices (
    tenant_id      uuid not null,
    transaction_id uuid not null,
    attempt_id     uuid not null,
    attempt_number int not null,
    provider       text not null,
    failure_code   text not null,
    noticed_at     timestamptz not null,
    primary key (tenant_id, transaction_id)
);
call protect_by_tenant('payout_notices');

create table cases (
    tenant_id         uuid not null,
    id                uuid not null,
    transaction_id    uuid not null,
    screening_id      uuid not null,
    screening_round   int not null,
    list_version      bigint not null,
    policy_version    bigint not null,
    status            text not null check (status in ('OPEN', 'PROPOSED', 'CLOSED')),
    proposed_decision text check (proposed_decision in ('RELEASE', 'REJECT', 'FREEZE')),
    proposed_by       text,
    closure           text check (closure in ('DECIDED', 'SUPERSEDED')),
    decision          text check (decision in ('RELEASE', 'REJECT', 'FREEZE')),
    approved_by       text,
    opened_at         timestamptz not null,
    closed_at         timestamptz,
    event_count       int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, screening_id) references screenings (tenant_id, id),
    constraint case_needs_two_people check (approved_by <> proposed_by),
    constraint open_case_is_undecided check (status <> 'OPEN' or (proposed_by is null and proposed_decision is null)),
    constraint proposal_is_whole check (
        status <> 'PROPOSED' or (proposed_by is not null and proposed_decision is not null)),
    constraint closed_case_says_why check (
        (status = 'CLOSED') = (closure is not null) and (status = 'CLOSED') = (closed_at is not null)),
    constraint decision_is_what_was_proposed check (
        case when closure = 'DECIDED'
             then decision is not null and proposed_decision is not null and decision = proposed_decision
                  and approved_by is not null and proposed_by is not null
             else decision is null and approved_by is null end)
);
create unique index one_open_case_a_transfer on cases (tenant_id, transaction_id) where status <> 'CLOSED';
create index cases_by_status on cases (tenant_id, status, id);
call protect_by_tenant('cases');

create table case_events (
    tenant_id uuid not null,
    case_id   uuid not null,
    number    int not null check (number > 0),
    type      text not null,
    actor     text,
    decision  text,
    reason    text,
    at        timestamptz not null,
    primary key (tenant_id, case_id, number),
    foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
call protect_by_tenant('case_events');

-- The steps of a case once more, for whoever writes here without the service: one step at a time, nothing rewritten.
create function check_case_step() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a case is never deleted';
    end if;
    if tg_op = 'INSERT' then
        if new.status <> 'OPEN' then
            raise exception 'a case begins OPEN';
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
    if new.closure = 'DECIDED' and old.status <> 'PROPOSED' then
        raise exception 'a decision is proposed first';
    end if;
    if new.status <> 'OPEN' and old.status = 'PROPOSED'
       and (new.proposed_by, new.proposed_decision) is distinct from (old.proposed_by, old.proposed_decision) then
        raise exception 'a proposal is not rewritten';
    end if;
    return new;
end
$$;
create trigger check_case_step before insert or update or delete on cases
    for each row execute function check_case_step();

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create trigger append_only before update or delete on case_events for each row execute function refuse_change();
create trigger append_only before update or delete on screenings for each row execute function refuse_change();
create trigger append_only before update or delete on policy_versions for each row execute function refuse_change();

grant select, insert on list_versions, policy_versions, funded_transfers, screenings, payout_notices, case_events
    to $app_role$;
grant select, insert, delete on list_files to $app_role$;
grant select, update on list_state to $app_role$;
grant select, insert on policy_proposals, screening_rules, screening_requests, cases to $app_role$;
grant update (state, approved_by, closed_at) on policy_proposals to $app_role$;
grant update (state, activated_by, activated_at) on screening_rules to $app_role$;
grant update (screening_id) on screening_requests to $app_role$;
grant update (status, proposed_decision, proposed_by, closure, decision, approved_by, closed_at, event_count)
    on cases to $app_role$;
