-- Amounts are integers of the minor unit of the currency beside them.

create table corridors (
    tenant_id        uuid not null,
    send_country     text not null,
    receive_country  text not null,
    send_currency    text not null,
    receive_currency text not null,
    rate_mid         numeric(30, 12) not null check (rate_mid > 0),
    markup_basis_points int not null check (markup_basis_points between 0 and 9999),
    methods          jsonb not null,
    pay_ins          jsonb not null,
    updated_at       timestamptz not null,
    primary key (tenant_id, send_country, receive_country)
);
call protect_by_tenant('corridors');

create table quotes (
    id               uuid primary key,
    tenant_id        uuid not null,
    send_country     text not null,
    receive_country  text not null,
    send_currency    text not null,
    receive_currency text not null,
    send_minor       bigint not null check (send_minor > 0),
    receive_minor    bigint not null check (receive_minor > 0),
    fee_minor        bigint not null check (fee_minor >= 0),
    mid_value_minor  bigint not null check (mid_value_minor > 0),
    fx_income_minor  bigint not null check (fx_income_minor >= 0),
    fee_inclusive    boolean not null,
    rate             numeric(30, 12) not null,
    markup_basis_points int not null,
    payout_method    text not null,
    payout_provider  text not null,
    pay_in_method    text not null,
    pay_in_provider  text not null,
    created_at       timestamptz not null,
    expires_at       timestamptz not null,
    check (send_minor = mid_value_minor + fx_income_minor)
);
call protect_by_tenant('quotes');

create table parties (
    id            uuid primary key,
    tenant_id     uuid not null,
    role          text not null,
    version       int not null check (version > 0),
    master_key_id text not null,
    wrapped_key   bytea not null,
    sealed        bytea not null,
    updated_at    timestamptz not null
);
call protect_by_tenant('parties');

create table transactions (
    id                    uuid primary key,
    tenant_id             uuid not null,
    pcn                   text not null unique,
    quote_id              uuid not null unique references quotes,
    status                text not null,
    stage                 text not null,
    reason                text,
    send_country          text not null,
    receive_country       text not null,
    send_currency         text not null,
    receive_currency      text not null,
    send_minor            bigint not null check (send_minor > 0),
    receive_minor         bigint not null check (receive_minor > 0),
    fee_minor             bigint not null check (fee_minor >= 0),
    mid_value_minor       bigint not null,
    fx_income_minor       bigint not null,
    rate                  numeric(30, 12) not null,
    pay_in_method         text not null,
    pay_in_provider       text not null,
    payout_method         text not null,
    payout_provider       text not null,
    purpose               text not null,
    source_of_funds       text not null,
    relationship          text,
    sender_id             uuid not null references parties,
    beneficiary_id        uuid not null references parties,
    created_by            text not null,
    created_at            timestamptz not null,
    updated_at            timestamptz not null,
    pay_until             timestamptz not null,
    due_at                timestamptz,
    payment_id            text,
    funded_at             timestamptz,
    pay_in_booked_at      timestamptz,
    screening_round       int not null default 0,
    answered_round        int not null default 0,
    decided_round         int not null default 0,
    cleared_round         int not null default 0,
    cleared_list_version  bigint not null default 0,
    cleared_policy_version bigint not null default 0,
    case_id               uuid,
    reservation_number    int not null default 0,
    is_reserved           boolean not null default false,
    refund_number         int not null default 0,
    cancelled_by_sender   boolean not null default false,
    check (send_minor = mid_value_minor + fx_income_minor)
);
create index transactions_newest on transactions (tenant_id, id desc);
create index transactions_due on transactions (stage, due_at) where due_at is not null;
call protect_by_tenant('transactions');

-- What arrived, whether or not it fits; state: FUNDING, MISMATCHED or EXCESS.
create table pay_ins (
    id                  bigint generated always as identity primary key,
    tenant_id           uuid not null,
    transaction_id      uuid not null references transactions,
    provider            text not null,
    provider_payment_id text not null,
    event_id            text not null,
    amount_minor        bigint not null,
    currency            text not null,
    state               text not null check (state in ('FUNDING', 'MISMATCHED', 'EXCESS')),
    received_at         timestamptz not null,
    unique (provider, provider_payment_id),
    unique (provider, event_id)
);
create unique index pay_ins_fund_once on pay_ins (transaction_id) where state = 'FUNDING';
call protect_by_tenant('pay_ins');

-- The row is written before the request leaves; its id is our reference at the provider.
create table payout_attempts (
    id             uuid primary key,
    tenant_id      uuid not null,
    transaction_id uuid not null references transactions,
    number         int not null check (number > 0),
    provider       text not null,
    method         text not null,
    amount_minor   bigint not null check (amount_minor > 0),
    currency       text not null,
    state          text not null
        check (state in ('PENDING', 'SENDING', 'SUBMITTED', 'UNKNOWN', 'COMPLETED', 'FAILED', 'WITHDRAWN')),
    due_at         timestamptz,
    first_sent_at  timestamptz,
    sends          int not null default 0,
    enquiries      int not null default 0,
    provider_id    text,
    failure_code   text,
    retryable      boolean,
    fee_minor      bigint,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
create unique index payout_attempts_one_open on payout_attempts (transaction_id)
    where state in ('PENDING', 'SENDING', 'SUBMITTED', 'UNKNOWN');
create unique index payout_attempts_paid_once on payout_attempts (transaction_id) where state = 'COMPLETED';
create unique index payout_attempts_number on payout_attempts (transaction_id, number) where state <> 'WITHDRAWN';
create index payout_attempts_due on payout_attempts (state, due_at) where due_at is not null;
call protect_by_tenant('payout_attempts');

create table refund_attempts (
    id             uuid primary key,
    tenant_id      uuid not null,
    transaction_id uuid not null references transactions,
    number         int not null check (number > 0),
    provider       text not null,
    payment_id     text not null,
    amount_minor   bigint not null check (amount_minor > 0),
    currency       text not null,
    state          text not null
        check (state in ('PENDING', 'SENDING', 'SUBMITTED', 'UNKNOWN', 'COMPLETED', 'FAILED', 'WITHDRAWN')),
    due_at         timestamptz,
    first_sent_at  timestamptz,
    sends          int not null default 0,
    enquiries      int not null default 0,
    provider_id    text,
    failure_code   text,
    retryable      boolean,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
create unique index refund_attempts_one_open on refund_attempts (transaction_id)
    where state in ('PENDING', 'SENDING', 'SUBMITTED', 'UNKNOWN');
create unique index refund_attempts_paid_once on refund_attempts (transaction_id) where state = 'COMPLETED';
create unique index refund_attempts_number on refund_attempts (transaction_id, number) where state <> 'WITHDRAWN';
create index refund_attempts_due on refund_attempts (state, due_at) where due_at is not null;
call protect_by_tenant('refund_attempts');

-- What happened, in order; only rows with is_public are shown to partners and customers.
create table timeline (
    id             bigint generated always as identity primary key,
    tenant_id      uuid not null,
    transaction_id uuid not null references transactions,
    at             timestamptz not null,
    event          text not null,
    status         text not null,
    stage          text not null,
    reason         text,
    is_public      boolean not null
);
create index timeline_of on timeline (transaction_id, id);
call protect_by_tenant('timeline');

-- Facts that do not fit: somebody of the owning role looks at each. A key keeps one fact from becoming two rows.
create table anomalies (
    id             bigint generated always as identity primary key,
    tenant_id      uuid not null,
    transaction_id uuid,
    at             timestamptz not null,
    kind           text not null,
    event          text not null,
    status         text,
    stage          text,
    detail         text,
    owner          text not null,
    dedupe_key     text unique
);
create index anomalies_newest on anomalies (tenant_id, id desc);
call protect_by_tenant('anomalies');

-- The newest lists (the platform's row) and the newest policy (a row per tenant) that compliance told of.
create table screening_basis (
    tenant_id      uuid primary key,
    list_version   bigint not null default 0,
    policy_version bigint not null default 0
);
call protect_by_tenant('screening_basis');
create policy lists_are_everybodys on screening_basis for select
    using (tenant_id = '00000000-0000-0000-0000-000000000000');

grant select, insert, update on corridors, parties, transactions, payout_attempts, refund_attempts, screening_basis
    to $app_role$;
grant select, insert on quotes, pay_ins, timeline, anomalies to $app_role$;
