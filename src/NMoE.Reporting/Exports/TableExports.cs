using System.Collections.Immutable;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace NMoE.Reporting.Exports;

/// <summary>Tables as files, one each.</summary>
internal static class TableExports
{
    /// <summary>Comma-separated values, as the run's own.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Csv(ImmutableArray<ExportTable> tables) => tables.Select(table => ($"{table.Name}.csv", Encoding.UTF8.GetBytes(Text(table))));

    private static string Text(ExportTable table)
    {
        var text = new StringBuilder().AppendJoin(',', table.Columns.Select(column => Files.Csv.Quote(column.Name))).Append('\n');
        for (var row = 0; row < table.Columns[0].Length; row++)
            text.AppendJoin(',', table.Columns.Select(column => Files.Csv.Quote(column.Text(row)))).Append('\n');
        return text.ToString();
    }

    /// <summary>Apache Parquet: a row group a file, every column nullable.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Parquet(ImmutableArray<ExportTable> tables) => tables.Select(table => ($"{table.Name}.parquet", ParquetOf(table).GetAwaiter().GetResult()));

    private static async Task<byte[]> ParquetOf(ExportTable table)
    {
        DataField[] fields = [.. table.Columns.Select(column => column.Words.IsDefault ? column.Whole.IsDefault ? new DataField<double?>(column.Name) : new DataField<long?>(column.Name) : (DataField)new DataField<string>(column.Name))];
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            foreach (var (field, column) in fields.Zip(table.Columns))
            {
                if (!column.Words.IsDefault)
                    await group.WriteAsync(field, (IReadOnlyCollection<string>)column.Words.AsEnumerable().ToArray()!).ConfigureAwait(false);
                else if (!column.Whole.IsDefault)
                    await group.WriteAsync<long>(field, column.Whole.AsMemory()).ConfigureAwait(false);
                else
                    await group.WriteAsync<double>(field, column.Numbers.AsMemory()).ConfigureAwait(false);
            }
        }

        return stream.ToArray();
    }
}
