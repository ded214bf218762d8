-- Entries of politically exposed persons that a customer is: two people released a case that showed the hit, and did
-- not say that it is somebody else. Bound to the entry and to the customer's details as they were then.
create table pep_matches (
    tenant_id       uuid not null,
    party_id        uuid not null,
    party_version   int not null,
    list            text not null,
    entry_id        text not null,
    entry_hash      text not null check (entry_hash ~ '^[0-9a-f]{64}$'),
    case_id         uuid not null,
    approval_number int not null,
    salt            text not null,
    commitment      text not null check (commitment ~ '^[0-9a-f]{64}$'),
    confirmed_at    timestamptz not null,
    primary key (tenant_id, party_id, list, entry_id, entry_hash, party_version),
    foreign key (tenant_id, party_id) references kyc_customers (tenant_id, party_id),
    foreign key (tenant_id, case_id, approval_number) references case_events (tenant_id, case_id, number)
);
call protect_by_tenant('pep_matches');
create trigger append_only before update or delete on pep_matches for each row execute function refuse_change();
grant select, insert on pep_matches to $app_role$;

create function check_pep_match() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from cases c
        join case_events a on a.tenant_id = c.tenant_id and a.case_id = c.id and a.number = new.approval_number
        left join screenings s on s.tenant_id = c.tenant_id and s.id = c.screening_id
        left join customer_alerts l on l.tenant_id = c.tenant_id and l.id = c.alert_id
        where c.tenant_id = new.tenant_id and c.id = new.case_id
            and a.type = 'DECISION_APPROVED' and a.decision = 'RELEASE' and a.at = new.confirmed_at
            and coalesce(s.evidence, l.evidence) -> 'parties' @> jsonb_build_array(jsonb_build_object(
                'role', 'SENDER', 'name', 'PARTY', 'partyId', 'pty_' || replace(new.party_id::text, '-', ''),
                'partyVersion', new.party_version, 'salt', new.salt, 'commitment', new.commitment,
                'hits', jsonb_build_array(jsonb_build_object('list', new.list, 'entryId', new.entry_id,
                    'entryHash', new.entry_hash, 'isPep', true))))
            and not exists (
                select from case_terms t where t.tenant_id = c.tenant_id and t.case_id = c.id
                    and t.number = (select max(p.number) from case_events p where p.tenant_id = c.tenant_id
                        and p.case_id = c.id and p.type = 'DECISION_PROPOSED')
                    and t.terms::jsonb -> 'suppress' @> jsonb_build_array(jsonb_build_object(
                        'name', 'PARTY', 'list', new.list, 'entryId', new.entry_id)))) then
        raise exception 'who is exposed is what two people let pass in a case' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
revoke all on function check_pep_match() from public;
create trigger check_pep_match after insert on pep_matches for each row execute function check_pep_match();
