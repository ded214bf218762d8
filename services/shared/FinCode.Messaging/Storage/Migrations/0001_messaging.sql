-- What every service's database has: the tenant of a session, the outbox, the inbox, parked messages, idempotent
-- requests.

create function fincode_tenant() returns uuid language sql stable as $$
    select nullif(nullif(current_setting('fincode.tenant', true), ''), '*')::uuid
$$;

-- Row-level security for a table with a tenant_id. '*' is set by jobs that look for due work of all tenants.
create procedure protect_by_tenant(target regclass) language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format(
        'create policy tenant on %s '
        'using (current_setting(''fincode.tenant'', true) = ''*'' or tenant_id = fincode_tenant())',
        target);
end
$$;

-- A queue: the relay deletes what the broker has. Hence vacuum looks often.
create table outbox (
    position    bigint generated always as identity primary key,
    event_id    uuid not null unique,
    topic       text not null,
    event_key   text not null,
    type        text not null,
    tenant_id   uuid not null,
    sequence    bigint not null,
    occurred_at timestamptz not null,
    traceparent text,
    -- An event's data, as JSON; or a message that is sent as it is, with headers (a JSON object of texts).
    data        text,
    raw         bytea,
    headers     text,
    check ((data is null) <> (raw is null) and (raw is null) = (headers is null))
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- One row a key: its lock makes writers of a key wait for each other, so that positions are in the order of commits.
create table outbox_keys (
    event_key     text primary key,
    last_sequence bigint not null
);

create function outbox_add(
    event_id uuid, topic text, event_key text, type text, tenant_id uuid, occurred_at timestamptz,
    traceparent text, data text)
returns void language plpgsql as $$
declare
    next_sequence bigint;
begin
    insert into outbox_keys as k values (outbox_add.event_key, 1)
    on conflict on constraint outbox_keys_pkey do update set last_sequence = k.last_sequence + 1
    returning last_sequence into next_sequence;

    insert into outbox (event_id, topic, event_key, type, tenant_id, sequence, occurred_at, traceparent, data)
    values (outbox_add.event_id, outbox_add.topic, outbox_add.event_key, outbox_add.type, outbox_add.tenant_id,
            next_sequence, outbox_add.occurred_at, outbox_add.traceparent, outbox_add.data);

    perform pg_notify('fincode_outbox', '');
end
$$;

-- A message that a consumer gives up on. Letters need no order, so they take no lock on their key.
create function outbox_add_dead_letter(
    topic text, event_key text, type text, tenant_id uuid, raw bytea, headers text)
returns void language sql as $$
    insert into outbox (event_id, topic, event_key, type, tenant_id, sequence, occurred_at, raw, headers)
    values (gen_random_uuid(), topic, event_key, type, tenant_id, 0, now(), raw, headers);

    select pg_notify('fincode_outbox', '');
$$;

-- A row commits with what became of the event: processed, parked or refused.
create table inbox (
    consumer     text not null,
    event_id     uuid not null,
    processed_at timestamptz not null default now(),
    primary key (consumer, event_id)
);
create index inbox_processed_at on inbox (processed_at);

-- Messages that could not be processed, and all later ones of their topic and key, in order. attempts counts all tries
-- since it was parked or replayed, failures those that failed for other than transient reasons.
create table parked_messages (
    position        bigint generated always as identity primary key,
    consumer        text not null,
    event_id        uuid not null,
    topic           text not null,
    partition_number int not null,
    message_offset  bigint not null,
    event_key       text not null,
    tenant_id       uuid not null,
    message         text not null,
    state           text not null check (state in ('RETRYING', 'DEAD')),
    attempts        int not null,
    failures        int not null,
    next_attempt_at timestamptz not null,
    reason          text,
    parked_at       timestamptz not null default now(),
    unique (consumer, event_id)
);
create index parked_messages_by_key on parked_messages (consumer, event_key, topic, position);
create index parked_messages_due on parked_messages (consumer, state, next_attempt_at);

create table idempotent_requests (
    tenant_id    uuid not null,
    operation    text not null,
    key          text not null,
    request_hash bytea not null,
    status       int,
    location     text,
    body         text,
    created_at   timestamptz not null default now(),
    primary key (tenant_id, operation, key)
);
create index idempotent_requests_created_at on idempotent_requests (created_at);
call protect_by_tenant('idempotent_requests');

grant usage on schema public to $app_role$;
grant select, insert, update, delete on outbox, outbox_keys, inbox, parked_messages, idempotent_requests to $app_role$;
