-- Endpoints of partners, what happened to their transactions, and the way of each message to each endpoint.

create table webhook_endpoints (
    id                    uuid primary key,
    tenant_id             uuid not null,
    url                   text not null check (length(url) <= 1000),
    events                text[] not null,
    description           text check (length(description) <= 200),
    secret                bytea not null,
    previous_secret       bytea,
    previous_secret_until timestamptz,
    status                text not null check (status in ('Enabled', 'Disabled', 'Deleted')),
    status_reason         text,
    failing_since         timestamptz,
    created_at            timestamptz not null
);
-- The same URL twice would get everything twice.
create unique index webhook_endpoints_by_url on webhook_endpoints (tenant_id, url) where status <> 'Deleted';
call protect_by_tenant('webhook_endpoints');

create table webhook_transactions (
    transaction_id    uuid primary key,
    tenant_id         uuid not null,
    content           text not null,
    last_sequence     bigint not null,
    failure_announced boolean not null
);
call protect_by_tenant('webhook_transactions');

create table webhook_messages (
    id              uuid primary key,
    tenant_id       uuid not null,
    source_event_id uuid,
    type            text not null,
    transaction_id  uuid,
    body            text not null,
    created_at      timestamptz not null,
    unique (tenant_id, source_event_id, type)
);
call protect_by_tenant('webhook_messages');

create table webhook_deliveries (
    id              uuid primary key,
    tenant_id       uuid not null,
    message_id      uuid not null references webhook_messages,
    endpoint_id     uuid not null references webhook_endpoints,
    type            text not null,
    transaction_id  uuid,
    status          text not null check (status in ('Pending', 'Delivered', 'Failed', 'Cancelled')),
    tries           int not null,
    attempts        int not null,
    next_attempt_at timestamptz not null,
    lease_id        uuid,
    leased_until    timestamptz,
    created_at      timestamptz not null,
    unique (message_id, endpoint_id)
);
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_attempt_at) where status = 'Pending';
create index webhook_deliveries_by_tenant on webhook_deliveries (tenant_id, id desc);
create index webhook_deliveries_by_transaction on webhook_deliveries (transaction_id);
call protect_by_tenant('webhook_deliveries');

create table webhook_attempts (
    delivery_id           uuid not null references webhook_deliveries,
    number                int not null,
    tenant_id             uuid not null,
    started_at            timestamptz not null,
    duration_milliseconds int not null,
    status_code           int,
    error                 text,
    response_excerpt      text check (length(response_excerpt) <= 1024),
    primary key (delivery_id, number)
);
call protect_by_tenant('webhook_attempts');

grant select, insert, update on webhook_endpoints, webhook_transactions, webhook_deliveries to $app_role$;
grant select, insert on webhook_messages, webhook_attempts to $app_role$;
