-- A tenant that never decided anything screens by the default policy. A rule that is put into force or switched off,
-- and a suppression that is revoked, make its first version too, with the content of the default.

create or replace function check_policy_version() returns trigger language plpgsql as $$
declare
    current policy_versions;
begin
    select * into current from policy_versions where tenant_id = new.tenant_id and version < new.version
        order by version desc limit 1;
    if new.version <> coalesce(current.version, 1) + 1 then
        raise exception 'policy versions are counted one by one';
    end if;
    -- The same content comes with a rule that was activated; any other one was proposed and approved.
    if current.version is not null and new.content = current.content then
        return new;
    end if;
    if not exists (select from policy_proposals where tenant_id = new.tenant_id and state = 'APPROVED'
            and base_version = new.version - 1 and content = new.content
            and proposed_by = new.made_by and approved_by = new.approved_by)
       and (current.version is not null
            or not exists (select from screening_rules where tenant_id = new.tenant_id
                and new.made_by in (live_made_by, deactivation_proposed_by)
                and new.approved_by in (activated_by, deactivated_by))
            and not exists (select from suppression_revocations where tenant_id = new.tenant_id
                and revoked_by = new.made_by)) then
        raise exception 'a policy is proposed and approved first';
    end if;
    return new;
end
$$;
