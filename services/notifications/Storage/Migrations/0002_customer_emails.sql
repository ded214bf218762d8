-- E-mails to the senders of transfers. Whom one goes to is read when it is sent and kept nowhere here.

create table customer_emails (
    id              uuid primary key,
    tenant_id       uuid not null,
    source_event_id uuid not null,
    transaction_id  uuid not null,
    -- Of the transaction's events: its e-mails leave in this order.
    sequence        bigint not null,
    kind            text not null,
    -- What is public of the transaction, as JSON; no personal data.
    content         text not null,
    status          text not null check (status in ('Pending', 'Sent', 'Skipped', 'Failed')),
    tries           int not null check (tries >= 0),
    error           text,
    next_attempt_at timestamptz not null,
    lease_id        uuid,
    leased_until    timestamptz,
    created_at      timestamptz not null,
    settled_at      timestamptz,
    check ((status = 'Pending') = (settled_at is null)),
    -- One status change is told once.
    unique (tenant_id, source_event_id)
);
create index customer_emails_due on customer_emails (next_attempt_at) where status = 'Pending';
create index customer_emails_before on customer_emails (transaction_id, sequence) where status = 'Pending';
create index customer_emails_by_tenant on customer_emails (tenant_id, id desc);
create index customer_emails_by_transaction on customer_emails (transaction_id);
call protect_by_tenant('customer_emails');

grant select, insert, update on customer_emails to $app_role$;
