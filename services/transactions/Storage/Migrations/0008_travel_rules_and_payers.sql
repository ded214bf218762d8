-- What has to travel with money, as data of the tenant: proposed by one person and put in force by another. Without a
-- row the shipped lines count.

create table travel_rules (
    tenant_id   uuid not null,
    version     int not null check (version > 0),
    content     jsonb not null,
    reason      text not null check (length(reason) between 1 and 2000),
    state       text not null check (state in ('PROPOSED', 'IN_FORCE', 'REPLACED', 'WITHDRAWN')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    approved_by text,
    approved_at timestamptz,
    primary key (tenant_id, version),
    constraint travel_rules_need_two_people check (approved_by <> proposed_by),
    constraint travel_rules_are_whole check (
        (state in ('IN_FORCE', 'REPLACED')) = (approved_by is not null)
        and (approved_by is null) = (approved_at is null))
);
create unique index travel_rules_in_force on travel_rules (tenant_id) where state = 'IN_FORCE';
create unique index travel_rules_waiting on travel_rules (tenant_id) where state = 'PROPOSED';
call protect_by_tenant('travel_rules');

create function check_travel_rules_step() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'travel rules are never deleted';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'PROPOSED' then
            raise exception 'travel rules begin as a proposal';
        end if;
        return new;
    end if;
    if (new.tenant_id, new.version, new.content, new.reason, new.proposed_by, new.proposed_at)
       is distinct from (old.tenant_id, old.version, old.content, old.reason, old.proposed_by, old.proposed_at) then
        raise exception 'what was proposed is not rewritten';
    end if;
    if (old.state, new.state) not in (
        ('PROPOSED', 'IN_FORCE'), ('PROPOSED', 'WITHDRAWN'), ('IN_FORCE', 'REPLACED')) then
        raise exception 'travel rules go from proposed to in force to replaced, or are withdrawn';
    end if;
    if old.approved_by is not null
       and (new.approved_by, new.approved_at) is distinct from (old.approved_by, old.approved_at) then
        raise exception 'who approved is not rewritten';
    end if;
    return new;
end
$$;
create trigger check_step before insert or update or delete on travel_rules
    for each row execute function check_travel_rules_step();

grant select, insert on travel_rules to $app_role$;
grant update (state, approved_by, approved_at) on travel_rules to $app_role$;

-- Whose account paid, where the provider of the pay-in told it: sealed under the sender's key.
alter table transactions add column payer_sealed bytea;
