using System.Text.RegularExpressions;
using FinCode.Notifications.Model;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Storage;

/// <summary>The tables are made by the SQL files; this says which property is which column.</summary>
internal sealed partial class NotificationsContext(DbContextOptions<NotificationsContext> options) : DbContext(options)
{
    public DbSet<WebhookEndpoint> Endpoints => Set<WebhookEndpoint>();

    public DbSet<WebhookMessage> Messages => Set<WebhookMessage>();

    public DbSet<WebhookDelivery> Deliveries => Set<WebhookDelivery>();

    public DbSet<WebhookAttempt> Attempts => Set<WebhookAttempt>();

    public DbSet<TransactionView> Transactions => Set<TransactionView>();

    public DbSet<CustomerEmail> Emails => Set<CustomerEmail>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<WebhookEndpoint>(endpoint =>
        {
            endpoint.ToTable("webhook_endpoints");
            endpoint.Property(e => e.Status).HasConversion<string>();
        });
        modelBuilder.Entity<WebhookMessage>().ToTable("webhook_messages");
        modelBuilder.Entity<WebhookDelivery>(delivery =>
        {
            delivery.ToTable("webhook_deliveries");
            delivery.Property(d => d.Status).HasConversion<string>();
            // So that rows are inserted in the order that the foreign keys ask for.
            delivery.HasOne<WebhookMessage>().WithMany().HasForeignKey(d => d.MessageId);
            delivery.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(d => d.EndpointId);
        });
        modelBuilder.Entity<WebhookAttempt>(attempt =>
        {
            attempt.ToTable("webhook_attempts");
            attempt.HasKey(a => new { a.DeliveryId, a.Number });
        });
        modelBuilder.Entity<TransactionView>(view =>
        {
            view.ToTable("webhook_transactions");
            view.HasKey(v => v.TransactionId);
        });
        modelBuilder.Entity<CustomerEmail>(email =>
        {
            email.ToTable("customer_emails");
            email.Property(e => e.Kind).HasConversion<string>();
            email.Property(e => e.Status).HasConversion<string>();
        });
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(WordStart().Replace(property.Name, "_$1").ToLowerInvariant());
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }
        }
    }

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex WordStart();
}
