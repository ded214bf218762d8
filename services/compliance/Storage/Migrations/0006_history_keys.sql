-- Windows of history go by keyed commitments, so that a person or an account is one under however many ids. A transfer
-- that was remembered before belongs to its parties' ids, as it did.
alter table funded_transfers
    add column sender_key           text,
    add column beneficiary_key      text,
    add column sender_name_key      text,
    add column beneficiary_name_key text,
    -- The round whose facts the keys are of.
    add column keys_of_round        int not null default 0;
update funded_transfers set sender_key = sender_id::text, beneficiary_key = beneficiary_id::text,
    sender_name_key = sender_id::text, beneficiary_name_key = beneficiary_id::text;
alter table funded_transfers
    alter column sender_key set not null,
    alter column beneficiary_key set not null,
    alter column sender_name_key set not null,
    alter column beneficiary_name_key set not null;
create index funded_transfers_by_sender_key on funded_transfers (tenant_id, sender_key, funded_at);
create index funded_transfers_by_beneficiary_key on funded_transfers (tenant_id, beneficiary_key, funded_at);
create index funded_transfers_by_beneficiary_name on funded_transfers (tenant_id, beneficiary_name_key, funded_at);
drop index funded_transfers_by_beneficiary;

-- An account that is corrected is another account; what else is remembered never changes.
grant update (beneficiary_key, beneficiary_name_key, keys_of_round) on funded_transfers to $app_role$;
