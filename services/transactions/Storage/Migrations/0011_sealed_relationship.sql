-- What the beneficiary is to the sender is written freely and may name somebody: sealed under the sender's key, like the
-- note. Transfers that were made before keep it in relationship until they are forgotten.
alter table transactions add column relationship_sealed bytea;
