namespace FinCode.Ledger.Tests.Proofs;

/// <summary>
/// What is done by hand to the sample book, and what the verifier has to say of it: one of the texts between bars.
/// Words in braces are positions.
/// </summary>
public static class TamperingCases
{
    public static TheoryData<string, string> Entries { get; } = new()
    {
        { "position = 99999 where position = {last}", "position {last}: the record is missing" },
        { "id = gen_random_uuid() where position = {posted}", "position {posted}: entries" },
        { "key = 'other' where position = {posted}", "position {posted}: entries" },
        { "content_hash = sha256('x') where position = {posted}", "position {posted}: entries" },
        { "transaction_id = gen_random_uuid() where position = {posted}", "position {posted}: entries" },
        { "step = 'other' where position = {posted}", "position {posted}: entries" },
        { "number = 9 where position = {posted}", "position {posted}: entries" },
        { "kind = 'PENDING' where position = {posted}", "position {posted}, leg 1: newBalance" },
        { "kind = 'POSTED' where position = {voided}", "position {voided}, leg 1: newBalance" },
        {
            "resolves = {posted} where position = {committed}",
            "position {committed}: resolves names position {posted}"
        },
        { "resolves = null where position = {committed}", "position {committed}, leg 1: newAvailable" },
        { "reverses = {posted} where position = {reversal}", "position {reversal}: reverses" },
        { "reverses = null where position = {reversal}", "position {reversal}: entries" },
        { "value_date = value_date - 1 where position = {posted}", "position {posted}: entries" },
        { "value_date = '2026-11-01' where position = {last}", "position {last}: valueDate" },
        { "expires_at = '2030-01-01Z' where position = {pending}", "position {pending}: entries" },
        { "expires_at = null where position = {pending}", "position {pending}: entries" },
        { "booked_at = booked_at - interval '1 day' where position = {posted}", "position {posted}: bookedAt" },
        { "booked_at = booked_at + interval '1 microsecond' where position = {last}", "position {last}: entries" },
        { "booked_at = 'infinity' where position = {posted}", "position {posted}" },
        { "booked_by = 'usr_9' where position = {posted}", "position {posted}: entries" },
        { "approved_by = 'usr_9' where position = {posted}", "position {posted}: entries" },
        { "reference = 'other' where position = {exchanged}", "position {exchanged}: entries" },
        { "reference = null where position = {exchanged}", "position {exchanged}: entries" },
        { "description = 'other' where position = {exchanged}", "position {exchanged}: entries" },
        { "metadata = '{\"a\":\"2\"}' where position = {exchanged}", "position {exchanged}: entries" },
        { "metadata = 'no json' where position = {exchanged}", "position {exchanged}: entries.metadata" },
        { "leg_count = 3 where position = {posted}", "position {posted}: legs: there are 2 where entries.leg_count" },
        { "leaf_hash = sha256('x') where position = {posted}", "position {posted}: entries.leaf_hash" },
        { "chain_hash = sha256('x') where position = {posted}", "position {posted}: entries.chain_hash" },
    };

    public static TheoryData<string, string> Legs { get; } = new()
    {
        { "entry_position = 99999 where entry_position = {last}", "position {last}: legs: there are 0" },
        { "entry_position = {opened} where entry_position = {posted}", "position {opened}, leg 1: legs: there is no" },
        {
            "number = 3 where entry_position = {posted} and number = 2",
            "position {posted}, leg 2: legs: the leg is mis"
        },
        {
            "account_id = gen_random_uuid() where entry_position = {posted} and number = 2",
            "position {posted}, leg 2: legs.account_id"
        },
        {
            "account_id = (select id from accounts where code = 'fx:GBP') "
            + "where entry_position = {posted} and number = 2",
            "position {posted}, leg 2: newBalance"
        },
        {
            "currency = 'USD' where entry_position = {posted} and number = 2",
            "position {posted}, leg 2: legs.currency"
        },
        { "side = 'DEBIT' where entry_position = {posted} and number = 2", "position {posted}: debits and credits" },
        {
            "amount = amount + 1 where entry_position = {posted} and number = 2",
            "position {posted}: debits and credits"
        },
        { "amount = amount + 1 where entry_position = {posted}", "position {posted}, leg 1: newBalance" },
        { "amount = amount + 1 where entry_position = {lien}", "position {lien}, leg 1: newAvailable" },
        {
            "previous_balance = 7 where entry_position = {last} and number = 1",
            "position {last}, leg 1: previousBalance"
        },
        { "new_balance = 7 where entry_position = {last} and number = 2", "position {last}, leg 2: newBalance" },
        { "new_available = 7 where entry_position = {last} and number = 2", "position {last}, leg 2: newAvailable" },
    };

    public static TheoryData<string, string> Accounts { get; } = new()
    {
        { "tenant_id = gen_random_uuid() where code = 'psp:x'", "accounts" },
        { "id = gen_random_uuid() where code = 'psp:x'", "book_events.account_id leads to" },
        { "code = 'psp:y' where code = 'psp:x'", "psp:y in GBP (accounts.code" },
        { "currency = 'USD' where code = 'psp:x'", "psp:x in USD (accounts.code, accounts.currency)" },
        {
            "normal_side = 'DEBIT', minimum = null, maximum = null where code = 'transit:a'",
            "accounts.normal_side of tra"
        },
        { "class = 'ASSET' where code = 'transit:a'", "accounts.class of transit:a in GBP is ASSET" },
        { "status = 'FROZEN' where code = 'transit:a'", "accounts.status of transit:a" },
        { "owner = 'pty_2' where code = 'transit:a'", "accounts.owner of transit:a" },
        { "metadata = null where code = 'transit:a'", "accounts.metadata of transit:a" },
        { "minimum = null where code = 'transit:a'", "accounts.minimum of transit:a in GBP is nothing" },
        { "maximum = 99999999999 where code = 'transit:a'", "accounts.maximum of transit:a" },
        { "posted_debits = posted_debits + 1 where code = 'psp:x'", "accounts.posted_debits of psp:x" },
        { "posted_credits = posted_credits + 1 where code = 'psp:x'", "accounts.posted_credits of psp:x" },
        { "pending_debits = pending_debits + 1 where code = 'psp:x'", "accounts.pending_debits of psp:x" },
        { "pending_credits = pending_credits + 1 where code = 'psp:x'", "accounts.pending_credits of psp:x" },
        { "liens = liens + 1 where code = 'psp:x'", "accounts.liens of psp:x in GBP is 1, but the log makes it 0" },
        { "opened_at = opened_at - interval '1 day' where code = 'psp:x'", "accounts.opened_at of psp:x" },
        { "monitored = true where code = 'psp:x'", "accounts.monitored of psp:x in GBP is True, but it has no mon" },
    };

    public static TheoryData<string, string> Rest { get; } = new()
    {
        { "update account_days set debits = debits + 1 where value_date = '2026-11-22'", "account_days.debits of" },
        { "update account_days set credits = credits + 1 where value_date = '2026-11-21'", "account_days.credits of" },
        {
            "update account_days set value_date = '2020-01-01' where value_date = '2026-11-21'",
            "account_days: nothing"
        },
        {
            "update account_days set account_id = gen_random_uuid() where value_date = '2026-11-21'",
            "account_days: noth"
        },
        { "update account_days set tenant_id = gen_random_uuid()", "account_days: " },
        { "delete from account_days where value_date = '2026-11-21'", "account_days: " },
        { "update account_holds set pending_debits = 7 where position = {pending}", "position {pending}: account_h" },
        { "update account_holds set pending_credits = 7 where position = {pending}", "position {pending}: account_h" },
        { "update account_holds set liens = 7 where position = {lien}", "position {lien}: account_holds of transit:a" },
        { "update account_holds set position = {last} where position = {open}", "position {open}: account_holds: the" },
        { "insert into account_holds values ('{book}', '{book}', 99999, 0, 0, 0)", "99999: account_holds: the log" },
        { "update account_holds set account_id = gen_random_uuid()", "account_holds: nothing was held" },
        { "update account_holds set tenant_id = gen_random_uuid()", "account_holds: " },
        { "delete from account_holds where position = {voided}", "position {voided}: account_holds: the row is miss" },
        {
            "insert into account_holds select distinct tenant_id, account_id, {last}, 0, 0, 0 from account_holds",
            "position {last}: account_holds: nothing was held"
        },
        {
            "update book_events set position = 99999 where position = {opened}",
            "position {opened}: the record is missing"
        },
        {
            "update book_events set kind = 'ACCOUNT_CHANGED' where position = {opened}",
            "position {opened}: book_events.kind"
        },
        {
            "update book_events set account_id = (select id from accounts where code = 'fx:GBP') "
            + "where position = {opened}",
            "position {opened}: book_events.account_id"
        },
        {
            "update book_events set account_id = null where position = {opened}",
            "position {opened}: book_events.account_id"
        },
        {
            "update book_events set content = replace(content, '\"class\":\"ASSET\"', '\"class\":\"EXPENSE\"') "
            + "where position = {opened}", "position {opened}: book_events: the record is not the one that was hashed"
        },
        {
            "update book_events set content = replace(content, '\"v\":1', '\"v\": 1') where position = {opened}",
            "position {opened}: book_events.content is not written as"
        },
        {
            "update book_events set content = 'nothing' where position = {opened}",
            "position {opened}: book_events.content"
        },
        {
            "update book_events set content = replace(content, '2026-11-21', '2026-11-20') where position = {closed}",
            "position {closed}: book_events: the record"
        },
        {
            "update book_events set booked_at = booked_at + interval '1 day' where position = {opened}",
            "position {opened}: book_events.booked_at"
        },
        {
            "update book_events set booked_by = 'usr_9' where position = {closed}",
            "position {closed}: book_events.booked_by"
        },
        {
            "update book_events set approved_by = 'x' where position = {closed}",
            "position {closed}: book_events.approved_by"
        },
        {
            "update book_events set leaf_hash = sha256('x') where position = {closed}",
            "{closed}: book_events.leaf_hash"
        },
        {
            "update book_events set chain_hash = sha256('x') where position = {closed}",
            "{closed}: book_events.chain_hash"
        },
        { "update books set position = position + 1", "books.position is" },
        { "update books set position = position - 1", "books.position is" },
        { "update books set chain_hash = sha256('x')", "books.chain_hash" },
        { "update books set booked_at = booked_at + interval '1 s'", "books.booked_at" },
        { "update books set closed_until = null", "books.closed_until is , the log closed" },
        { "delete from books", "books: the row of the book is missing" },
        { "update checkpoints set size = size - 1", "checkpoints.size is not what the checkpoint's jws says" },
        { "update checkpoints set root_hash = sha256('x')", "checkpoints.root_hash" },
        { "update checkpoints set chain_hash = sha256('x')", "checkpoints.chain_hash" },
        { "update checkpoints set issued_at = issued_at + interval '1 s'", "checkpoints.issued_at" },
        { "update checkpoints set key_id = 'x'", "checkpoints.key_id" },
        { "update checkpoints set jws = 'x'", "checkpoints.jws: This is not a checkpoint" },
        { "update checkpoints set jws = left(jws, -20) || reverse(right(jws, 20))", "checkpoints.jws: its signature" },
        {
            "update merkle_tiles set hash = sha256('x') where number = 1",
            "position 512: merkle_tiles: tile 1 of level 8"
        },
        { "update merkle_tiles set number = 7 where number = 1", "position 512: merkle_tiles: the tile that ends" },
        { "update merkle_tiles set level = 16 where number = 1", "position 512: merkle_tiles: the tile that ends" },
        { "delete from merkle_tiles where number = 0", "position 256: merkle_tiles: the tile that ends" },
        {
            "insert into merkle_tiles select tenant_id, 16, 0, hash from merkle_tiles where number = 1",
            "merkle_tiles: tile 0 of level 16 is of records that do not exist"
        },
    };

    public static TheoryData<string, string> Wholes { get; } = new()
    {
        { "delete from entries where position = {lien}", "position {lien}: the record is missing" },
        {
            "delete from entries where position = {lien}; delete from legs where entry_position = {lien}",
            "position {lien}: the record is missing; the next one has position"
        },
        { "delete from legs where entry_position = {posted}", "position {posted}: legs: there are 0" },
        {
            "delete from legs where entry_position = {posted} and number = 1",
            "position {posted}, leg 1: legs: the leg is m"
        },
        { "delete from book_events where position = {closed}", "position {closed}: the record is missing" },
        { "delete from accounts where code = 'fx:NGN'", "book_events.account_id leads to the account  in" },
        { "delete from checkpoints", "position 512: merkle_tiles|checkpoints" },
        { "update entries set tenant_id = gen_random_uuid() where position = {lien}", "the record is missing" },
        { "update legs set tenant_id = gen_random_uuid() where entry_position = {posted}", "legs: there " },
        { "update book_events set tenant_id = gen_random_uuid() where position = {closed}", "the record is missing" },
        { "update checkpoints set tenant_id = gen_random_uuid()", "checkpoints.tenant_id is|checkpoints: the" },
        { "update merkle_tiles set tenant_id = gen_random_uuid()", "merkle_tiles: " },
        { "update books set tenant_id = gen_random_uuid()", "books" },
        {
            "insert into legs select tenant_id, {opened}, 1, account_id, currency, side, 1, 0, 0, 0 from legs "
            + "where entry_position = {posted} and number = 1", "position {opened}, leg 1: legs: there is no such entry"
        },
        {
            "insert into accounts (tenant_id, id, code, currency, normal_side, class, opened_at) "
            + "select tenant_id, gen_random_uuid(), 'own:GBP', 'GBP', 'DEBIT', 'ASSET', now() from books",
            "accounts: own:GBP in GBP was never opened"
        },
        {
            "update entries set position = position + 100000 where position in ({last}, {last} - 1); "
            + "update entries set position = {last} - 1 where position = {last} + 100000; "
            + "update entries set position = {last} where position = {last} + 99999",
            "entries: the record is not the one that was hashed"
        },
        {
            "update entries set position = position + 1 where position = (select max(position) from entries); "
            + "update legs set entry_position = entry_position + 1 "
            + "where entry_position = (select max(entry_position) from legs)", "the record is missing"
        },
    };

    /// <summary>All of them, as whole statements.</summary>
    public static IEnumerable<string> Statements =>
        new[] { Rest, Wholes }.SelectMany(cases => cases.Select(one => (string)one[0]))
            .Concat(Entries.Select(one => $"update entries set {one[0]}"))
            .Concat(Legs.Select(one => $"update legs set {one[0]}"))
            .Concat(Accounts.Select(one => $"update accounts set {one[0]}"));
}
