package io.skein.engine.config;

import static io.skein.engine.config.Declarations.GB;
import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Declarations.MB;
import static io.skein.engine.config.Declarations.UINT_MAX;
import static io.skein.engine.config.Setting.HIDDEN;
import static io.skein.engine.config.Setting.IMMUTABLE;
import static io.skein.engine.config.Setting.MODIFIABLE;

import java.util.List;

/// Listening, connections and their buffers.
public final class NetworkSettings {
  private static final Declarations D = new Declarations();

  /// The TCP port for clients; 0 for none.
  public static final NumberSetting PORT = D.number("port", MODIFIABLE, 0, 65535, 6379);

  /// The addresses to listen on; empty for none.
  public static final Setting<List<String>> BIND = D.add(new BindSetting());

  /// Whether, without a password, only clients of this machine are served.
  public static final BoolSetting PROTECTED_MODE = D.yesNo("protected-mode", MODIFIABLE, true);

  /// The local address of connections that this server opens.
  public static final TextSetting BIND_SOURCE_ADDR = D.optional("bind-source-addr", MODIFIABLE);

  /// The length of the queue of connections not accepted yet.
  public static final NumberSetting TCP_BACKLOG =
      D.number("tcp-backlog", IMMUTABLE, 0, INT_MAX, 511);

  /// Seconds between probes of idle connections; 0 for none.
  public static final NumberSetting TCP_KEEPALIVE =
      D.number("tcp-keepalive", MODIFIABLE, 0, INT_MAX, 300);

  /// Seconds after which an idle client is closed; 0 for never.
  public static final NumberSetting TIMEOUT = D.number("timeout", MODIFIABLE, 0, INT_MAX, 0);

  /// The path of the unix socket for clients.
  public static final TextSetting UNIXSOCKET = D.optional("unixsocket", IMMUTABLE);

  /// The permission bits of the unix socket; 0 to leave them as created.
  public static final NumberSetting UNIXSOCKETPERM =
      D.add(
          new NumberSetting(
              "unixsocketperm", null, IMMUTABLE, NumberSetting.Form.OCTAL, true, 0, 0777, 0));

  /// The most clients at a time.
  public static final NumberSetting MAXCLIENTS =
      D.unsigned("maxclients", null, MODIFIABLE, 1, UINT_MAX, 10_000);

  /// Event loops that read, parse and write; commands run one at a time all the same.
  public static final NumberSetting IO_THREADS = D.number("io-threads", IMMUTABLE, 1, 128, 1);

  /// How bytes are moved between the kernel and the server; `auto` for the best that the machine
  /// has.
  public static final ChoiceSetting<String> TRANSPORT =
      D.word("transport", IMMUTABLE | HIDDEN, "auto", "auto", "io_uring", "epoll", "nio");

  /// Bytes of buffers that all clients together may have; -N for N percent of maxmemory; 0 for any.
  public static final NumberSetting MAXMEMORY_CLIENTS =
      D.add(
          new NumberSetting(
              "maxmemory-clients",
              null,
              MODIFIABLE,
              NumberSetting.Form.MEMORY_OR_PERCENT,
              false,
              -100,
              LONG_MAX,
              0));

  /// How much unread output a client may have.
  public static final Setting<OutputBufferLimits> CLIENT_OUTPUT_BUFFER_LIMIT =
      D.add(new OutputBufferLimitsSetting());

  /// Bytes of a request not complete yet.
  public static final NumberSetting CLIENT_QUERY_BUFFER_LIMIT =
      D.unsignedMemory("client-query-buffer-limit", null, MODIFIABLE, MB, LONG_MAX, GB);

  /// The longest argument, and the longest string, in bytes.
  public static final NumberSetting PROTO_MAX_BULK_LEN =
      D.memory("proto-max-bulk-len", MODIFIABLE, MB, LONG_MAX, 512 * MB);

  static final List<Setting<?>> ALL = D.all();

  private NetworkSettings() {}
}
