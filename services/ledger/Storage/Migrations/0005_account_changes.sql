-- What an account is (status, owner, metadata, limits) changes with a record that says so, in the same transaction:
-- when that commits, the account is what the last record of its changes says. Moving balances does not come here: the
-- trigger looks at updates of these columns only, and only changes are in the index, not every account that was opened.

create index book_events_of_changes on book_events (account_id, position desc) where kind = 'ACCOUNT_CHANGED';

create function check_account_change() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    account accounts;
    record jsonb;
begin
    -- As the transaction leaves it: it may have changed more than once.
    select * into account from accounts where id = new.id;
    select content::jsonb into record from book_events
    where tenant_id = new.tenant_id and account_id = new.id and kind = 'ACCOUNT_CHANGED'
    order by position desc limit 1;
    if record is null
        or (account.code, account.currency, account.status, account.owner, account.minimum, account.maximum)
            is distinct from (record ->> 'account', record ->> 'currency', record ->> 'status', record ->> 'owner',
                (record ->> 'minimum')::bigint, (record ->> 'maximum')::bigint)
        or account.metadata::jsonb is distinct from nullif(record -> 'metadata', 'null'::jsonb) then
        raise exception 'Account % was changed without a record of the book that says what it is now.', account.code
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create constraint trigger accounts_change_with_a_record
    after update of status, owner, metadata, minimum, maximum on accounts
    deferrable initially deferred for each row
    when ((old.status, old.owner, old.metadata, old.minimum, old.maximum)
        is distinct from (new.status, new.owner, new.metadata, new.minimum, new.maximum))
    execute function check_account_change();
revoke all on function check_account_change() from public;
