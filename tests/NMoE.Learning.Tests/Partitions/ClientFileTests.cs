using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

/// <summary>A file that names each picture's client: what is accepted, and what is refused with its line.</summary>
public sealed class ClientFileTests
{
    private const int Clients = 3;

    public static TheoryData<string, string, string> Accepted { get; } = new()
    {
        // Rows of the clients 0, 1 and 2, and what they are called.
        { "picture,client\n0,0\n1,1\n2,2\n5,0\n", "0 5|1|2", "" },
        { "client,picture\n2,7\n0,4\n1,1", "4|1|7", "" },
        { "\uFEFFpicture, client\r\n\r\n# by hand\r\n9, 1\r\n8,1\r\n7,0\r\n6,2\r\n", "7|8 9|6", "" },
        { "picture,label,client\n0,cat,bo\n1,dog,al\n2,cat,cy\n3,dog,al", "1 3|0|2", "al bo cy" },
        { "picture,client\n0,\"b b\"\n1,12\n2,z", "1|0|2", "12,b b,z" },
        { "picture,client\n0,10\n1,x\n2,9", "0|2|1", "10 9 x" },
    };

    public static TheoryData<string, string> Refused { get; } = new()
    {
        { "", "who.csv:1: the file is empty. The first line names the columns, as in 'picture,client'." },
        { "# nothing\n\n", "who.csv:1: the file is empty. The first line names the columns, as in 'picture,client'." },
        { "picture,client\n", "who.csv:1: it names no picture. A line a picture is needed, as in '0,client'." },
        { "0,1\n1,2\n", "who.csv:1: the column 'picture' is missing. The first line names the columns, as in 'picture,client'." },
        { "# x\npicture,owner\n0,1", "who.csv:2: the column 'client' is missing. The first line names the columns, as in 'picture,client'." },
        { "picture,client\n0,1\n1,1\n0,2", "who.csv:4: picture 0 is named twice, first in line 2. A picture is of one client." },
        { "picture,client\n0,1\n1", "who.csv:3: the row has 1 fields. The 2 fields picture, client are needed." },
        { "picture,client\n0,1,2", "who.csv:2: the row has 3 fields. The 2 fields picture, client are needed." },
        { "picture,client\n-1,0", "who.csv:2: the picture is '-1'. Its number among the training pictures is needed, from 0." },
        { "picture,client\n1.5,0", "who.csv:2: the picture is '1.5'. Its number among the training pictures is needed, from 0." },
        { "picture,client\n99999999999,0", "who.csv:2: the picture is '99999999999'. Its number among the training pictures is needed, from 0." },
        { "picture,client\n0,0\n1,", "who.csv:3: the client is missing. A number from 0, or a name, is needed." },
        { "picture,client\n0,0\n1,3", "who.csv:3: there is no client 3. Clients have the numbers 0 to 2, or all of them names; experiment.clients = 3 says how many there are." },
        { "picture,client\n0,a\n1,d\n2,c\n3,b", "who.csv:3: the file names 4 clients, and there are 3. Write experiment.clients = 4, or leave rows out." },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Columns_stand_in_any_order_and_clients_have_numbers_or_names(string text, string rows, string names)
    {
        var file = ClientFile.Read("who.csv", text, Clients);
        Assert.Equal(rows, string.Join('|', file.Rows.Select(own => string.Join(' ', own))));
        Assert.Equal(names, string.Join(names.Contains(',', StringComparison.Ordinal) ? "," : " ", file.Names));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_wrong_is_said_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ClientFileException>(() => ClientFile.Read("who.csv", text, Clients)).Message);

    [Fact]
    public void A_picture_that_there_is_not_is_refused_with_its_line() => Assert.Equal(
        "who.csv:3: there is no picture 30. The 30 training pictures have the numbers 0 to 29.",
        Assert.Throws<PartitionException>(() => ClientFile.Read("who.csv", "picture,client\n0,0\n30,1\n2,2", Clients).Counted(Source())).Message);

    /// <summary>Generated pictures have the class of their number modulo the number of classes.</summary>
    [Fact]
    public void A_client_has_the_pictures_that_it_was_given_and_test_pictures_in_their_shares()
    {
        // Classes 0 1 2 of the pictures 0 1 2 3 ...: client 0 has 0 3 6 and 1, client 1 has 2, client 2 has 4 and 5.
        var file = ClientFile.Read("who.csv", "picture,client\n0,0\n3,0\n6,0\n1,0\n2,1\n4,2\n5,2", Clients).Counted(Source());
        Assert.Equal(["3 1 0", "0 0 1", "0 1 1"], file.Classes.Select(own => string.Join(' ', own)));

        // Four test pictures each: 3/4 and 1/4 of 4; all of one class; half and half.
        var test = new PartitionSpec("file", 1, Clients, 4) { Like = new("file", 1, Clients, 4) { File = file } };
        var shards = Enumerable.Range(0, Clients).Select(client => Partition.Deal(Source(), DataSplit.Test, test, 5, client)).ToArray();
        Assert.Equal(["0001", "2222", "1122"], shards.Select(shard => string.Concat(shard.Select(row => row % 3).Order())));
        Assert.Equal(12, shards.SelectMany(shard => shard).Distinct().Count());

        // A worker has the shares alone, not the file.
        Assert.Equal(shards, Enumerable.Range(0, Clients).Select(client => Partition.Deal(Source(), DataSplit.Test, test with { Like = null }, 5, ClassQuota.InShares(file, 4, client))));
    }

    private static GeneratedSource Source() => new(3, new(1, 8, 8), 3) { TrainPictures = 30, TestPictures = 30 };
}
