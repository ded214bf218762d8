-- What was shown belongs to the identity (name and date of birth, as a keyed commitment) that it was shown for, and
-- counts for no other one. Rows without one are given the first that is heard of their customer.
alter table kyc_customers
    add column identity_hash text check (identity_hash ~ '^[0-9a-f]{64}$'),
    -- Since when the customer is marked as politically exposed, under this identity.
    add column pep_since timestamptz,
    -- Since when a due diligence is awaited.
    add column due_diligence_since timestamptz;
alter table kyc_documents add column identity_hash text check (identity_hash ~ '^[0-9a-f]{64}$');
alter table kyc_verifications add column identity_hash text check (identity_hash ~ '^[0-9a-f]{64}$');
alter table kyc_answers add column identity_hash text check (identity_hash ~ '^[0-9a-f]{64}$');
grant update (identity_hash, pep_since, due_diligence_since) on kyc_customers to $app_role$;
grant update (identity_hash) on kyc_documents, kyc_verifications, kyc_answers to $app_role$;

update kyc_customers c set pep_since = coalesce(
    (select max(at) from kyc_events e
     where e.tenant_id = c.tenant_id and e.party_id = c.party_id and e.type = 'PEP_MARKED'), first_seen_at)
where pep;
update kyc_customers set due_at = now();
alter table kyc_customers add constraint mark_says_since_when check (pep = (pep_since is not null));
create index kyc_customers_without_due_diligence on kyc_customers (tenant_id, due_diligence_since)
    where due_diligence_since is not null;
create index kyc_events_for_people on kyc_events (tenant_id, party_id)
    where type in ('VERIFICATION_CONTRADICTED', 'IDENTITY_CHANGED');

-- Which comes after which goes by the numbers on the customer's file, not by clocks: what has a lower number than the
-- ask was brought before it.
alter table kyc_asks add column asked_number int not null default 0 check (asked_number >= 0);
update kyc_asks a set asked_number = coalesce(
    (select e.number from kyc_events e where e.tenant_id = a.tenant_id and e.party_id = a.party_id
        and e.subject_id = a.id and e.type = 'ASKED'),
    (select c.event_count from kyc_customers c where c.tenant_id = a.tenant_id and c.party_id = a.party_id));
alter table kyc_asks alter column asked_number drop default;

-- The same bytes may be shown again once the earlier ones were decided.
alter table kyc_documents drop constraint kyc_documents_tenant_id_party_id_type_sha256_key;
create unique index one_document_waits on kyc_documents
    (tenant_id, party_id, type, sha256, coalesce(identity_hash, '')) where state = 'RECEIVED';

-- The steps once more: arguments are what may change, from which state to which, and the first state.
create or replace function check_kyc_step() returns trigger language plpgsql as $$
declare
    changing text[] := tg_argv[0]::text[];
    steps text[] := tg_argv[1]::text[];
    before jsonb;
    after jsonb;
begin
    if tg_op = 'DELETE' then
        raise exception '% is never deleted', tg_table_name;
    end if;
    if tg_op = 'INSERT' then
        if new.state <> tg_argv[2] then
            raise exception 'a row of % begins %', tg_table_name, tg_argv[2];
        end if;
        return new;
    end if;
    before := to_jsonb(old);
    after := to_jsonb(new);
    -- Of whom it is, is written in once.
    if before ->> 'identity_hash' is null and before - 'identity_hash' = after - 'identity_hash' then
        return new;
    end if;
    if after - changing is distinct from before - changing then
        raise exception 'what was put into % is not rewritten', tg_table_name;
    end if;
    if not (old.state || '>' || new.state = any (steps)) then
        raise exception '% has no step from % to %: what is closed stays closed',
            tg_table_name, old.state, new.state;
    end if;
    return new;
end
$$;
drop trigger check_step on kyc_definitions;
create trigger check_step before insert or update or delete on kyc_definitions for each row execute function
    check_kyc_step('{state,approved_by,approved_at}',
        '{PROPOSED>IN_FORCE,PROPOSED>WITHDRAWN,IN_FORCE>REPLACED}', 'PROPOSED');
create trigger check_replaced before update on kyc_definitions for each row when (old.state = 'IN_FORCE')
    execute function check_kyc_step('{state}', '{IN_FORCE>REPLACED}', 'PROPOSED');
drop trigger check_step on kyc_documents;
create trigger check_step before insert or update or delete on kyc_documents for each row execute function
    check_kyc_step('{state,expires_on,refusal_code,reviewed_by,reviewed_at}',
        '{RECEIVED>ACCEPTED,RECEIVED>REFUSED,ACCEPTED>REFUSED}', 'RECEIVED');
drop trigger check_step on kyc_verifications;
create trigger check_step before insert or update or delete on kyc_verifications for each row execute function
    check_kyc_step('{state,session_id,sealed_url,enquiries,due_at,overdue_at,document_type,document_expires_on,'
        'refusal_code,answered_at,decided_by}',
        '{SENDING>SENDING,SENDING>OPEN,SENDING>UNKNOWN,SENDING>IN_REVIEW,SENDING>APPROVED,SENDING>REFUSED,'
        'UNKNOWN>UNKNOWN,UNKNOWN>OPEN,UNKNOWN>IN_REVIEW,UNKNOWN>APPROVED,UNKNOWN>REFUSED,'
        'OPEN>OPEN,OPEN>IN_REVIEW,OPEN>APPROVED,OPEN>REFUSED,IN_REVIEW>APPROVED,IN_REVIEW>REFUSED}', 'SENDING');
drop trigger check_step on kyc_decisions;
create trigger check_step before insert or update or delete on kyc_decisions for each row execute function
    check_kyc_step('{state,closed_by,closed_as,closed_at}', '{PROPOSED>APPROVED,PROPOSED>WITHDRAWN}', 'PROPOSED');

create function check_accepted_verification() returns trigger language plpgsql as $$
begin
    raise exception 'a person accepts only what the provider left to a person';
end
$$;
create trigger check_accepted before update on kyc_verifications for each row
    when (new.state = 'APPROVED' and new.decided_by is not null and old.state not in ('IN_REVIEW', 'APPROVED'))
    execute function check_accepted_verification();

create function check_kyc_answers() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.identity_hash is null and to_jsonb(new) - 'identity_hash' = to_jsonb(old) - 'identity_hash' then
            return new;
        end if;
    end if;
    raise exception '% is append-only', tg_table_name;
end
$$;
drop trigger append_only on kyc_answers;
create trigger append_only before update or delete on kyc_answers for each row execute function check_kyc_answers();
