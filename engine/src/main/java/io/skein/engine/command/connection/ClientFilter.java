package io.skein.engine.command.connection;

import io.skein.engine.acl.User;
import io.skein.engine.acl.Users;
import io.skein.engine.command.Call;
import io.skein.engine.command.Session;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which clients CLIENT KILL closes: those that meet every condition given.
@SuppressWarnings("ReferenceEquality") // Users have no other identity.
final class ClientFilter {
  private static final CommandError ID = new CommandError("ERR client-id should be greater than 0");

  private long id;
  private Session.@Nullable Kind kind;
  private @Nullable User user;
  private @Nullable String address;
  private @Nullable String localAddress;
  private boolean sparesSelf = true;

  private ClientFilter() {}

  /// Reads the conditions of `call`, which begin at argument 2; one alone is an address.
  static ClientFilter of(Call call, Users users) {
    ClientFilter filter = new ClientFilter();
    if (call.count() == 3) {
      filter.address = call.string(2);
      filter.sparesSelf = false;
      return filter;
    }
    for (int i = 2; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        throw Errors.SYNTAX;
      }
      filter.condition(call, i, users);
    }
    return filter;
  }

  private void condition(Call call, int i, Users users) {
    int value = i + 1;
    if (call.is(i, "ID")) {
      id = call.integer(value, 1, Long.MAX_VALUE, ID);
    } else if (call.is(i, "TYPE")) {
      kind = kind(call, value);
    } else if (call.is(i, "ADDR")) {
      address = call.string(value);
    } else if (call.is(i, "LADDR")) {
      localAddress = call.string(value);
    } else if (call.is(i, "USER")) {
      user = users.find(new String(call.bytes(value), StandardCharsets.ISO_8859_1));
      if (user == null) {
        throw new CommandError("ERR No such user '" + call.string(value) + "'");
      }
    } else if (call.is(i, "SKIPME")) {
      sparesSelf = call.is(value, "YES");
      if (!sparesSelf && !call.is(value, "NO")) {
        throw Errors.SYNTAX;
      }
    } else {
      throw Errors.SYNTAX;
    }
  }

  /// The kind of client that argument `i` names.
  static Session.Kind kind(Call call, int i) {
    return switch (call.string(i).toLowerCase(Locale.ROOT)) {
      case "normal" -> Session.Kind.NORMAL;
      case "slave", "replica" -> Session.Kind.REPLICA;
      case "pubsub" -> Session.Kind.PUBSUB;
      case "master" -> Session.Kind.PRIMARY;
      default -> throw new CommandError("ERR Unknown client type '" + call.string(i) + "'");
    };
  }

  boolean matches(Session session, Session self) {
    return (id == 0 || session.id() == id)
        && (kind == null || session.kind() == kind)
        && (user == null || session.user() == user)
        && (address == null || session.peerAddress().equals(address))
        && (localAddress == null || session.localAddress().equals(localAddress))
        && !(sparesSelf && session.id() == self.id());
  }
}
