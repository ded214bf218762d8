-- A party that never sent anything has no customer's file. When it is erased where its details are kept, the words of
-- its cases, and of reports about them, are kept for the tenant's years after the last step of the case, and go.

create table erased_parties (
    tenant_id uuid not null,
    party_id  uuid not null,
    erased_at timestamptz not null,
    primary key (tenant_id, party_id)
);
call protect_by_tenant('erased_parties');
create trigger append_only before update or delete on erased_parties for each row execute function refuse_change();
grant select, insert on erased_parties to $app_role$;

create or replace function is_of_erased_customer(of_tenant uuid, of_case uuid) returns boolean
    language sql stable set search_path = public, pg_temp as $$
    select exists (
        select from cases c
        left join funded_transfers f on f.tenant_id = c.tenant_id and f.transaction_id = c.transaction_id
        left join kyc_customer_keys k on k.tenant_id = c.tenant_id and k.party_id in (c.party_id, f.sender_id)
        left join erased_parties e on e.tenant_id = c.tenant_id and e.party_id = c.party_id
        where c.tenant_id = of_tenant and c.id = of_case and c.status = 'CLOSED'
            and (c.decision is distinct from 'FREEZE' or c.freeze_ended_at is not null)
            and (c.closed_at <= k.destroyed_at or (e.party_id is not null and not exists (
                select from case_events v where v.tenant_id = c.tenant_id and v.case_id = c.id
                    and v.at + kept_for(c.tenant_id) >= now()))))
$$;

-- An override of the risk is for the name, date of birth and country that the customer had when it was proposed.
alter table kyc_customers add column overrides_since timestamptz;
grant update (overrides_since) on kyc_customers to $app_role$;

create function check_overrides_since() returns trigger language plpgsql as $$
begin
    if old.overrides_since is not null
        and (new.overrides_since is null or new.overrides_since < old.overrides_since) then
        raise exception 'an override that has ended stays so';
    end if;
    return new;
end
$$;
create trigger check_overrides_since before update on kyc_customers for each row
    when (new.overrides_since is distinct from old.overrides_since) execute function check_overrides_since();
