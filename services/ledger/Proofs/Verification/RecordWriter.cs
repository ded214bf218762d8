namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Writes a record as the line that is hashed, by docs/ledger-log.md and nothing else: whoever posts has a writer of
/// its own. The buffer is used again for each record.
/// </summary>
internal sealed class RecordWriter : LineWriter
{
    /// <summary>Valid until the next record is written.</summary>
    public ReadOnlySpan<byte> Write(LogRecord record)
    {
        Begin();
        Raw("{\"v\":1,\"book\":\""u8);
        Id(record.Book);
        Raw("\",\"position\":"u8);
        Number(record.Position);
        Raw(",\"type\":\""u8);
        switch (record)
        {
            case LoggedEntry entry:
                Write(entry);
                break;
            case LoggedAccount account:
                Write(account);
                break;
            case LoggedPeriod period:
                Raw("PERIOD_CLOSED\",\"until\":\""u8);
                Date(period.Until);
                Raw("\""u8);
                Provenance(period);
                break;
            case LoggedSeal seal:
                Raw("ROWS_SEALED\",\"count\":"u8);
                Number(seal.Count);
                Raw(",\"digest\":\""u8);
                Hex(seal.Digest);
                Raw("\""u8);
                Provenance(seal);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record));
        }
        Raw("}"u8);
        return Leaf[1..];
    }

    private void Write(LoggedEntry entry)
    {
        Raw("ENTRY\",\"id\":\""u8);
        Id(entry.Id);
        Raw("\",\"key\":"u8);
        Text(entry.Key);
        Raw(",\"contentHash\":\""u8);
        Hex(entry.ContentHash);
        Raw("\",\"transaction\":"u8);
        OptionalId(entry.Transaction);
        Raw(",\"step\":"u8);
        Text(entry.Step);
        Raw(",\"number\":"u8);
        Number(entry.Number);
        Raw(",\"kind\":"u8);
        Text(entry.Kind);
        Raw(",\"resolves\":"u8);
        Number(entry.Resolves);
        Raw(",\"reverses\":"u8);
        Number(entry.Reverses);
        Raw(",\"valueDate\":\""u8);
        Date(entry.ValueDate);
        Raw("\",\"expiresAt\":"u8);
        Time(entry.ExpiresAt);
        Provenance(entry);
        Raw(",\"reference\":"u8);
        Text(entry.Reference);
        Raw(",\"description\":"u8);
        Text(entry.Description);
        Raw(",\"metadata\":"u8);
        Metadata(entry.Metadata);
        Raw(",\"legs\":["u8);
        for (var i = 0; i < entry.Legs.Length; i++)
        {
            if (i > 0)
                Raw(","u8);
            Write(entry.Legs[i]);
        }
        Raw("]"u8);
    }

    private void Write(in LoggedLeg leg)
    {
        Raw("{"u8);
        Write(leg.Account);
        Raw(leg.IsDebit ? ",\"side\":\"DEBIT\",\"amount\":"u8 : ",\"side\":\"CREDIT\",\"amount\":"u8);
        Number(leg.Amount);
        Raw(",\"previousBalance\":"u8);
        Number(leg.PreviousBalance);
        Raw(",\"newBalance\":"u8);
        Number(leg.NewBalance);
        Raw(",\"newAvailable\":"u8);
        Number(leg.NewAvailable);
        Raw("}"u8);
    }

    private void Write(LoggedName name)
    {
        if (name.Written is { } written)
        {
            Raw(written);
            return;
        }
        var start = Leaf.Length;
        Raw("\"account\":"u8);
        Text(name.Code);
        Raw(",\"currency\":"u8);
        Text(name.Currency);
        name.Written = Leaf[start..].ToArray();
    }

    private void Write(LoggedAccount account)
    {
        Raw(account.IsOpening ? "ACCOUNT_OPENED\","u8 : "ACCOUNT_CHANGED\","u8);
        Write(account.Name);
        Raw(account.IsDebitNormal
            ? ",\"normalSide\":\"DEBIT\",\"class\":"u8
            : ",\"normalSide\":\"CREDIT\",\"class\":"u8);
        Text(account.Class);
        Raw(",\"status\":"u8);
        Text(account.Status);
        Raw(",\"owner\":"u8);
        Text(account.Owner);
        Raw(",\"metadata\":"u8);
        Metadata(account.Metadata);
        Raw(",\"minimum\":"u8);
        Number(account.Minimum);
        Raw(",\"maximum\":"u8);
        Number(account.Maximum);
        Provenance(account);
    }

    private void Provenance(LogRecord record)
    {
        Raw(",\"bookedAt\":"u8);
        Time(record.BookedAt);
        Raw(",\"bookedBy\":"u8);
        Text(record.BookedBy);
        Raw(",\"approvedBy\":"u8);
        Text(record.ApprovedBy);
    }

    private void Metadata(IReadOnlyList<KeyValuePair<string, string>>? members)
    {
        if (IsNull(members))
            return;
        for (var i = 0; i < members.Count; i++)
        {
            Raw(i == 0 ? "{"u8 : ","u8);
            Text(members[i].Key);
            Raw(":"u8);
            Text(members[i].Value);
        }
        Raw(members.Count == 0 ? "{}"u8 : "}"u8);
    }
}
