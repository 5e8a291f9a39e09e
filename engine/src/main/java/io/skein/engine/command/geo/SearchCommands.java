package io.skein.engine.command.geo;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.StoredSortedSet;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.ScoredMember;
import io.skein.engine.value.SortedSetValue;
import java.util.ArrayList;
import java.util.List;

/// GEOSEARCH and what it has replaced: members within an area.
final class SearchCommands {
  private static final String COST =
      "O(N+log(M)), N being the number of members around the area and M that of those in it.";
  private static final String AROUND = "longitude:double latitude:double ";
  private static final String WITHIN = "radius:double " + PlaceCommands.UNIT;
  private static final String WITH =
      " [withcoord: WITHCOORD] [withdist: WITHDIST] [withhash: WITHHASH]";
  private static final String COUNT = " [count-block: COUNT count:integer [any: ANY]]";
  private static final String ORDER = " [order: ASC | DESC]";
  private static final String STORE = " [store: STORE storekey:key | STOREDIST storedistkey:key]";
  private static final String FROM =
      " (from: FROMMEMBER member | FROMLONLAT longitude:double latitude:double)";
  private static final String BY =
      " (by: BYRADIUS radius:double "
          + PlaceCommands.UNIT
          + " | BYBOX width:double height:double "
          + PlaceCommands.UNIT
          + ")";
  private static final String UPPERCASE = "Units in capitals.";

  void declare(CommandTable table) {
    declareOld(table);
    table.add(
        Command.named("geosearch")
            .group(Group.GEO)
            .docs("6.2.0", COST, "Returns the members within a circle or a box.")
            .history("7.0.0", UPPERCASE)
            .syntax("key" + FROM + BY + ORDER + COUNT + WITH)
            .arity(-7)
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(call -> run(call, SearchRequest.Kind.SEARCH, 1)));
    table.add(
        Command.named("geosearchstore")
            .group(Group.GEO)
            .docs("6.2.0", COST, "Stores the members within a circle or a box.")
            .history("7.0.0", UPPERCASE)
            .syntax("destination:key source:key" + FROM + BY + ORDER + COUNT + " [STOREDIST]")
            .arity(-8)
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(
                KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 1),
                KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 2))
            .does(call -> run(call, SearchRequest.Kind.SEARCH_STORE, 2)));
  }

  private static void declareOld(CommandTable table) {
    table.add(
        old(
                "georadius",
                "3.2.0",
                "key " + AROUND + WITHIN + WITH + COUNT + ORDER + STORE,
                "Returns or stores the members within a circle around a place.",
                "`GEOSEARCH` and `GEOSEARCHSTORE` with `BYRADIUS`")
            .history("6.2.0", "Option `ANY`.", "7.0.0", UPPERCASE)
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(
                KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1),
                KeySpec.behind(KeySpec.OW | KeySpec.UPDATE, "STORE", 6, 0, 1),
                KeySpec.behind(KeySpec.OW | KeySpec.UPDATE, "STOREDIST", 6, 0, 1))
            .does(call -> run(call, SearchRequest.Kind.AROUND_PLACE, 1)));
    table.add(
        old(
                "georadius_ro",
                "3.2.10",
                "key " + AROUND + WITHIN + WITH + COUNT + ORDER,
                "Returns the members within a circle around a place.",
                "`GEOSEARCH` with `BYRADIUS`")
            .history("6.2.0", "Option `ANY`.")
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(call -> run(call, SearchRequest.Kind.AROUND_PLACE_RO, 1)));
    table.add(
        old(
                "georadiusbymember",
                "3.2.0",
                "key member " + WITHIN + WITH + COUNT + ORDER + STORE,
                "Returns or stores the members within a circle around one of them.",
                "`GEOSEARCH` and `GEOSEARCHSTORE` with `BYRADIUS` and `FROMMEMBER`")
            .history("7.0.0", UPPERCASE)
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(
                KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1),
                KeySpec.behind(KeySpec.OW | KeySpec.UPDATE, "STORE", 5, 0, 1),
                KeySpec.behind(KeySpec.OW | KeySpec.UPDATE, "STOREDIST", 5, 0, 1))
            .does(call -> run(call, SearchRequest.Kind.AROUND_MEMBER, 1)));
    table.add(
        old(
                "georadiusbymember_ro",
                "3.2.10",
                "key member " + WITHIN + WITH + COUNT + ORDER,
                "Returns the members within a circle around one of them.",
                "`GEOSEARCH` with `BYRADIUS` and `FROMMEMBER`")
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(call -> run(call, SearchRequest.Kind.AROUND_MEMBER_RO, 1)));
  }

  private static Command old(
      String name, String since, String syntax, String summary, String replacement) {
    return Command.named(name)
        .group(Group.GEO)
        .docs(since, COST, summary)
        .deprecated("6.2.0", replacement)
        .syntax(syntax);
  }

  private static void run(Call call, SearchRequest.Kind kind, int source) {
    Key key = call.key(source);
    SortedSetValue value = call.database().read(key, SortedSetValue.TYPE);
    SearchRequest request = SearchRequest.read(call, kind, value);
    List<Search.Found> found = new ArrayList<>();
    if (value != null) {
      found = new Search(value, request.area(), request.any() ? request.count() : 0).run();
      request.sort(found);
    }
    int most = (int) Math.min(found.size(), request.count() == 0 ? found.size() : request.count());
    if (request.storeArgument() != 0) {
      store(call, request, found.subList(0, most));
    } else {
      reply(call.reply(), request, found.subList(0, most));
    }
  }

  private static void store(Call call, SearchRequest request, List<Search.Found> found) {
    List<ScoredMember> elements = new ArrayList<>(found.size());
    for (Search.Found f : found) {
      double score = request.storesDistance() ? f.meters() / request.unit() : f.score();
      elements.add(new ScoredMember(f.member(), score));
    }
    // Redis counts each member as a change.
    call.dirty(Math.max(0, elements.size() - 1));
    StoredSortedSet.store(call, call.key(request.storeArgument()), elements, request.event());
    call.reply().integer(elements.size());
  }

  private static void reply(Reply reply, SearchRequest request, List<Search.Found> found) {
    int more = request.additions();
    reply.array(found.size());
    for (Search.Found f : found) {
      if (more > 0) {
        reply.array(1 + more);
      }
      reply.bulk(f.member());
      if (request.withDistance()) {
        GeoNumbers.replyDistance(reply, f.meters() / request.unit());
      }
      if (request.withHash()) {
        reply.integer((long) f.score());
      }
      if (request.withPlace()) {
        GeoCell place = GeoCell.ofScore(f.score());
        GeoNumbers.replyPlace(reply, place.longitude(), place.latitude());
      }
    }
  }
}
