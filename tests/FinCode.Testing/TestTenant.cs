namespace FinCode.Testing;

public static class TestTenant
{
    public static TenantId New() => TenantId.New();
}
