-- Monitors that people removed: a top-up does not set another one where somebody decided that nobody watches.

create table removed_monitors (
    tenant_id  uuid not null,
    -- The monitor's.
    id         uuid primary key,
    account_id uuid not null references accounts (id),
    threshold  bigint not null,
    removed_by text not null,
    removed_at timestamptz not null
);
create index removed_monitors_by_account on removed_monitors (account_id);
call protect_by_tenant('removed_monitors');
grant select, insert on removed_monitors to $app_role$;
