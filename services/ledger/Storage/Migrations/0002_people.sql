-- What people do with the books: monitors on balances, and proposals that a second person decides.

create table monitors (
    tenant_id  uuid not null,
    id         uuid primary key,
    account_id uuid not null references accounts (id),
    threshold  bigint not null,
    is_below   boolean not null,
    created_by text not null,
    created_at timestamptz not null,
    unique (account_id, threshold)
);
call protect_by_tenant('monitors');

create table proposals (
    tenant_id   uuid not null,
    id          uuid primary key,
    -- The key of the request, for ever.
    request_key text not null check (length(request_key) between 1 and 255),
    kind        text not null check (length(kind) between 1 and 40),
    -- What was asked for, as JSON: what is booked is exactly this.
    content     text not null,
    reason      text not null check (length(reason) between 1 and 2000),
    status      text not null default 'PROPOSED' check (status in ('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    decided_by  text,
    decided_at  timestamptz,
    -- What came of it, as JSON.
    result      text,
    check ((status = 'PROPOSED') = (decided_by is null)),
    check ((decided_by is null) = (decided_at is null)),
    constraint proposals_key unique (tenant_id, request_key),
    -- Four eyes: only who proposed may withdraw, and nobody decides what he proposed.
    constraint proposals_four_eyes check (case status when 'WITHDRAWN' then decided_by = proposed_by
        when 'PROPOSED' then true else decided_by <> proposed_by end)
);
create index proposals_open on proposals (tenant_id, id) where status = 'PROPOSED';
call protect_by_tenant('proposals');

create function keep_proposal() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.status <> 'PROPOSED'
        or (new.tenant_id, new.id, new.request_key, new.kind, new.content, new.reason, new.proposed_by, new.proposed_at)
            is distinct from
           (old.tenant_id, old.id, old.request_key, old.kind, old.content, old.reason, old.proposed_by, old.proposed_at) then
        raise exception 'A proposal is decided once, and stays as it was proposed.' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger proposals_stay before update or delete on proposals for each row execute function keep_proposal();

grant select, insert, delete on monitors to $app_role$;
grant update (is_below) on monitors to $app_role$;
grant select, insert on proposals to $app_role$;
grant update (status, decided_by, decided_at, result) on proposals to $app_role$;
