-- What is known of customers, what is still awaited of them, and how risky each is. What people wrote or showed is
-- sealed under a key of the customer; destroying that key takes it away and leaves the history as it is.

-- Tiers, forms and the scorecard of a tenant, as data. The shipped ones are version 0 and stand in no row.
create table kyc_definitions (
    tenant_id   uuid not null,
    kind        text not null check (kind in ('TIERS', 'FORMS', 'SCORECARD')),
    version     int not null check (version > 0),
    content     jsonb not null,
    reason      text not null check (length(reason) between 1 and 2000),
    state       text not null check (state in ('PROPOSED', 'IN_FORCE', 'REPLACED', 'WITHDRAWN')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    approved_by text,
    approved_at timestamptz,
    primary key (tenant_id, kind, version),
    constraint definition_needs_two_people check (approved_by <> proposed_by),
    constraint definition_is_whole check (
        (state in ('IN_FORCE', 'REPLACED')) = (approved_by is not null)
        and (approved_by is null) = (approved_at is null))
);
create unique index one_definition_in_force on kyc_definitions (tenant_id, kind) where state = 'IN_FORCE';
create unique index one_definition_waits on kyc_definitions (tenant_id, kind) where state = 'PROPOSED';
call protect_by_tenant('kyc_definitions');

create table kyc_customers (
    tenant_id        uuid not null,
    party_id         uuid not null,
    first_seen_at    timestamptz not null,
    -- The version of the party that was last heard of, and the one that the profile is of.
    recorded_version int not null,
    profile_version  int not null,
    profile          bytea,
    tier             int not null check (tier between 0 and 9),
    pep              boolean not null,
    risk_number      int not null check (risk_number >= 0),
    risk_level       text check (risk_level in ('LOW', 'MEDIUM', 'HIGH')),
    reviewed_at      timestamptz,
    review_due_at    timestamptz,
    ended_on         date,
    event_count      int not null check (event_count >= 0),
    -- When time or a change makes it worth looking at the customer again.
    due_at           timestamptz not null,
    primary key (tenant_id, party_id),
    check ((risk_number = 0) = (risk_level is null))
);
create index kyc_customers_due on kyc_customers (due_at);
call protect_by_tenant('kyc_customers');

create table kyc_customer_keys (
    tenant_id     uuid not null,
    party_id      uuid not null,
    master_key_id text not null,
    wrapped_key   bytea,
    destroyed_at  timestamptz,
    primary key (tenant_id, party_id),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id),
    check ((wrapped_key is null) = (destroyed_at is not null))
);
call protect_by_tenant('kyc_customer_keys');

create table kyc_events (
    tenant_id  uuid not null,
    party_id   uuid not null,
    number     int not null check (number > 0),
    type       text not null,
    actor      text,
    subject_id uuid,
    detail     text check (length(detail) <= 200),
    at         timestamptz not null,
    primary key (tenant_id, party_id, number),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id)
);
call protect_by_tenant('kyc_events');

create table kyc_documents (
    tenant_id    uuid not null,
    id           uuid not null,
    party_id     uuid not null,
    type         text not null,
    media_type   text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    size         int not null check (size > 0),
    sha256       bytea not null check (length(sha256) = 32),
    state        text not null check (state in ('RECEIVED', 'ACCEPTED', 'REFUSED')),
    expires_on   date,
    refusal_code text,
    uploaded_by  text not null,
    uploaded_at  timestamptz not null,
    reviewed_by  text,
    reviewed_at  timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, party_id, type, sha256),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id),
    constraint document_needs_two_people check (reviewed_by <> uploaded_by),
    constraint reviewed_document_is_whole check (
        (state = 'RECEIVED') = (reviewed_by is null) and (reviewed_by is null) = (reviewed_at is null)
        and (state = 'REFUSED') = (refusal_code is not null)
        and (state <> 'ACCEPTED' or type = 'SELFIE' or expires_on is not null))
);
create index kyc_documents_waiting on kyc_documents (tenant_id, uploaded_at) where state = 'RECEIVED';
call protect_by_tenant('kyc_documents');

create table kyc_document_contents (
    tenant_id   uuid not null,
    document_id uuid not null,
    sealed      bytea not null,
    primary key (tenant_id, document_id),
    foreign key (tenant_id, document_id) references kyc_documents (tenant_id, id)
);
alter table kyc_document_contents alter column sealed set storage external;
call protect_by_tenant('kyc_document_contents');

create table kyc_verifications (
    tenant_id           uuid not null,
    id                  uuid not null,
    party_id            uuid not null,
    provider            text not null,
    state               text not null check (
        state in ('SENDING', 'OPEN', 'UNKNOWN', 'IN_REVIEW', 'APPROVED', 'REFUSED')),
    session_id          text,
    sealed_url          bytea,
    requested_by        text not null,
    requested_at        timestamptz not null,
    enquiries           int not null,
    -- When the provider is asked next; null when it is not asked any more.
    due_at              timestamptz,
    -- Since when a person has to look because nothing was heard.
    overdue_at          timestamptz,
    document_type       text,
    document_expires_on date,
    refusal_code        text,
    answered_at         timestamptz,
    decided_by          text,
    primary key (tenant_id, id),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id),
    constraint verification_needs_two_people check (decided_by <> requested_by),
    constraint answered_verification_is_whole check (
        (state in ('APPROVED', 'REFUSED')) = (answered_at is not null)
        and (state <> 'APPROVED' or (document_type is not null and document_expires_on is not null))
        and (state = 'REFUSED') = (refusal_code is not null))
);
create unique index one_verification_at_a_time on kyc_verifications (tenant_id, party_id)
    where state not in ('APPROVED', 'REFUSED');
create index kyc_verifications_due on kyc_verifications (due_at) where due_at is not null;
create unique index kyc_verifications_by_reference on kyc_verifications (id);
create index kyc_verifications_by_party on kyc_verifications (tenant_id, party_id);
call protect_by_tenant('kyc_verifications');

create table kyc_answers (
    tenant_id    uuid not null,
    id           uuid not null,
    party_id     uuid not null,
    form         text not null,
    form_version int not null,
    sealed       bytea not null,
    points       int not null,
    submitted_by text not null,
    submitted_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id)
);
create index kyc_answers_by_party on kyc_answers (tenant_id, party_id);
call protect_by_tenant('kyc_answers');

-- What was asked for besides what tiers need: a type of document, or FORM: and a form's code.
create table kyc_asks (
    tenant_id uuid not null,
    id        uuid not null,
    party_id  uuid not null,
    item      text not null,
    cause     text not null check (cause in ('LIMIT', 'CORRIDOR', 'REVIEW', 'RULE', 'REGULATION')),
    asked_at  timestamptz not null,
    met_at    timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id)
);
create unique index one_ask_an_item on kyc_asks (tenant_id, party_id, item) where met_at is null;
call protect_by_tenant('kyc_asks');

-- Every rating, with what it was made of, so that it can be made again.
create table kyc_risk_scores (
    tenant_id         uuid not null,
    party_id          uuid not null,
    number            int not null check (number > 0),
    scorecard_version int not null,
    sealed_inputs     bytea not null,
    points            int not null,
    level             text not null check (level in ('LOW', 'MEDIUM', 'HIGH')),
    factors           jsonb not null,
    computed_at       timestamptz not null,
    primary key (tenant_id, party_id, number),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id)
);
call protect_by_tenant('kyc_risk_scores');

create table kyc_decisions (
    tenant_id   uuid not null,
    id          uuid not null,
    party_id    uuid not null,
    kind        text not null check (kind in (
        'RISK_OVERRIDE', 'PEP_CLEARED', 'ENHANCED_DUE_DILIGENCE', 'RELATIONSHIP_ENDED', 'ERASURE')),
    level       text check (level in ('LOW', 'MEDIUM', 'HIGH')),
    until       timestamptz,
    sealed_reason bytea not null,
    state       text not null check (state in ('PROPOSED', 'APPROVED', 'WITHDRAWN')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    closed_by   text,
    closed_as   text,
    closed_at   timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id),
    constraint customer_decision_needs_two_people check (state <> 'APPROVED' or closed_by <> proposed_by),
    constraint customer_decision_is_whole check (
        (state = 'PROPOSED') = (closed_by is null) and num_nulls(closed_by, closed_as, closed_at) in (0, 3)),
    constraint override_says_what_and_until check (
        num_nulls(level, until) = case when kind = 'RISK_OVERRIDE' then 0 else 2 end),
    constraint override_ends check (until > proposed_at and until <= proposed_at + interval '366 days'),
    constraint due_diligence_is_approved_by_a_senior check (
        kind <> 'ENHANCED_DUE_DILIGENCE' or state <> 'APPROVED' or closed_as = 'MANAGER')
);
create unique index one_decision_waits on kyc_decisions (tenant_id, party_id, kind) where state = 'PROPOSED';
create index kyc_decisions_by_party on kyc_decisions (tenant_id, party_id);
call protect_by_tenant('kyc_decisions');

-- The steps once more, for whoever writes here without the service.
create function check_kyc_step() returns trigger language plpgsql as $$
declare
    changing text[] := tg_argv[0]::text[];
    final text[] := tg_argv[1]::text[];
begin
    if tg_op = 'DELETE' then
        raise exception '% is never deleted', tg_table_name;
    end if;
    if tg_op = 'INSERT' then
        if new.state <> tg_argv[2] then
            raise exception 'a row of % begins %', tg_table_name, tg_argv[2];
        end if;
        return new;
    end if;
    if to_jsonb(new) - changing is distinct from to_jsonb(old) - changing then
        raise exception 'what was put into % is not rewritten', tg_table_name;
    end if;
    if old.state = any (final) and new is distinct from old then
        raise exception 'what is closed in % stays closed', tg_table_name;
    end if;
    return new;
end
$$;
create trigger check_step before insert or update or delete on kyc_definitions for each row
    execute function check_kyc_step('{state,approved_by,approved_at}', '{REPLACED,WITHDRAWN}', 'PROPOSED');
create trigger check_step before insert or update or delete on kyc_documents for each row execute function
    check_kyc_step('{state,expires_on,refusal_code,reviewed_by,reviewed_at}', '{REFUSED}', 'RECEIVED');
create trigger check_step before insert or update or delete on kyc_verifications for each row execute function
    check_kyc_step('{state,session_id,sealed_url,enquiries,due_at,overdue_at,document_type,document_expires_on,'
        'refusal_code,answered_at,decided_by}', '{APPROVED,REFUSED}', 'SENDING');
create trigger check_step before insert or update or delete on kyc_decisions for each row
    execute function check_kyc_step('{state,closed_by,closed_as,closed_at}', '{APPROVED,WITHDRAWN}', 'PROPOSED');

create trigger append_only before update or delete on kyc_events for each row execute function refuse_change();
create trigger append_only before update or delete on kyc_answers for each row execute function refuse_change();
create trigger append_only before update or delete on kyc_risk_scores for each row execute function refuse_change();
create trigger append_only before update on kyc_document_contents for each row execute function refuse_change();

grant select, insert on kyc_definitions, kyc_customers, kyc_customer_keys, kyc_events, kyc_documents,
    kyc_verifications, kyc_answers, kyc_asks, kyc_risk_scores, kyc_decisions to $app_role$;
grant select, insert, delete on kyc_document_contents to $app_role$;
grant update (state, approved_by, approved_at) on kyc_definitions to $app_role$;
grant update (recorded_version, profile_version, profile, tier, pep, risk_number, risk_level, reviewed_at,
    review_due_at, ended_on, event_count, due_at) on kyc_customers to $app_role$;
grant update (wrapped_key, destroyed_at) on kyc_customer_keys to $app_role$;
grant update (state, expires_on, refusal_code, reviewed_by, reviewed_at) on kyc_documents to $app_role$;
grant update (state, session_id, sealed_url, enquiries, due_at, overdue_at, document_type, document_expires_on,
    refusal_code, answered_at, decided_by) on kyc_verifications to $app_role$;
grant update (met_at) on kyc_asks to $app_role$;
grant update (state, closed_by, closed_as, closed_at) on kyc_decisions to $app_role$;
