package io.skein.engine.command.server;

import io.skein.engine.command.ClientMemory;
import io.skein.engine.command.HostProcess;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.ScriptMemory;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import java.util.function.LongSupplier;

/// The section of INFO about memory.
///
/// *Used* is what is counted: keys, values, indexes, the backlog, the buffers of clients. It is off
/// the Java heap but for the buffers. *Resident* is what the process holds of the machine's memory,
/// the Java virtual machine included.
public final class MemorySection {
  private final Settings settings;
  private final Keyspace keyspace;
  private final Sessions sessions;
  private final HostProcess host;
  private final CommandLog log;
  private final LongSupplier trackingBytes;
  private final LongSupplier busBytes;
  private final LongSupplier appendBytes;
  private final ScriptMemory scripts;
  private final long emptyBytes;
  private final long startupBytes;
  private long peak;

  /// @param log what replicas follow
  /// @param trackingBytes what is remembered of the keys that clients have read
  /// @param busBytes what waits to be sent to other nodes of the cluster
  /// @param appendBytes what waits to be written to the append only file
  /// @param scripts what scripts and functions take
  public MemorySection(
      Settings settings,
      Keyspace keyspace,
      Sessions sessions,
      HostProcess host,
      CommandLog log,
      LongSupplier trackingBytes,
      LongSupplier busBytes,
      LongSupplier appendBytes,
      ScriptMemory scripts) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.host = host;
    this.log = log;
    this.trackingBytes = trackingBytes;
    this.busBytes = busBytes;
    this.appendBytes = appendBytes;
    this.scripts = scripts;
    this.emptyBytes = keyspace.usedBytes();
    this.startupBytes = serverBytes();
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(InfoSection.MEMORY, this::write);
    report.onReset(() -> peak = usedBytes());
  }

  /// Remembers the most that was ever used.
  public void tick() {
    peak = Math.max(peak, serverBytes());
  }

  long usedBytes() {
    return serverBytes() + clientBytes(false) + clientBytes(true);
  }

  private long serverBytes() {
    return keyspace.usedBytes()
        + log.memoryBytes()
        + trackingBytes.getAsLong()
        + appendBytes.getAsLong()
        + scripts.scriptBytes()
        + scripts.libraryBytes();
  }

  /// What is neither keys nor values, in bytes.
  long overheadBytes() {
    return usedBytes() - (keyspace.usedBytes() - emptyBytes);
  }

  /// What was used before the first client came and anything was loaded, in bytes.
  long startupBytes() {
    return startupBytes;
  }

  /// What was handed to the disk and is not in the append only file yet; what of the log waits
  /// behind it is counted with the log.
  long appendBufferBytes() {
    return appendBytes.getAsLong();
  }

  long backlogBytes() {
    return log.memoryBytes();
  }

  long peakBytes() {
    peak = Math.max(peak, usedBytes());
    return peak;
  }

  /// The memory of all replicas, or of all other clients, in bytes.
  long clientBytes(boolean replicas) {
    long sum = 0;
    for (Session session : sessions.all()) {
      if (session.kind() == Session.Kind.REPLICA == replicas) {
        sum += ClientMemory.of(session);
      }
    }
    return sum;
  }

  private void write(InfoText out) {
    long used = usedBytes();
    long resident = host.residentBytes();
    long reserved = keyspace.reservedBytes();
    long backlog = log.memoryBytes();
    long clients = clientBytes(false);
    long replicas = clientBytes(true) + log.heldBytes();
    long overhead = overheadBytes();
    long dataset = used - overhead;
    out.bytes("used_memory", used);
    out.bytes("used_memory_rss", resident);
    out.bytes("used_memory_peak", peakBytes());
    out.percent("used_memory_peak_perc", share(used, peakBytes()));
    out.field("used_memory_overhead", overhead);
    out.field("used_memory_startup", startupBytes);
    out.field("used_memory_dataset", dataset);
    out.percent("used_memory_dataset_perc", share(dataset, used));
    out.field("allocator_allocated", keyspace.usedBytes());
    out.field("allocator_active", reserved);
    out.field("allocator_resident", reserved);
    out.bytes("total_system_memory", host.machineBytes());
    out.bytes("used_memory_heap", host.heapBytes());
    scripts(out);
    out.bytes("maxmemory", settings.number(MemorySettings.MAXMEMORY));
    out.field("maxmemory_policy", settings.show(MemorySettings.MAXMEMORY_POLICY));
    out.decimal("allocator_frag_ratio", ratio(reserved, keyspace.usedBytes()), 2);
    out.field("allocator_frag_bytes", reserved - keyspace.usedBytes());
    out.decimal("allocator_rss_ratio", 1, 2);
    out.field("allocator_rss_bytes", 0);
    out.decimal("rss_overhead_ratio", ratio(resident, reserved), 2);
    out.field("rss_overhead_bytes", resident - reserved);
    out.decimal("mem_fragmentation_ratio", ratio(resident, used), 2);
    out.field("mem_fragmentation_bytes", resident - used);
    out.field(
        "mem_not_counted_for_evict",
        clientBytes(true) + backlog - log.backlogBytes() + appendBufferBytes());
    out.field("mem_replication_backlog", log.backlogBytes());
    out.field("mem_total_replication_buffers", backlog);
    out.field("mem_clients_slaves", replicas);
    out.field("mem_clients_normal", clients);
    out.field("mem_cluster_links", busBytes.getAsLong());
    out.field("mem_aof_buffer", appendBufferBytes());
    out.field("mem_allocator", "slab");
    out.field("active_defrag_running", 0);
    out.field("lazyfree_pending_objects", keyspace.lazyFree().pendingEntries());
    out.field("lazyfreed_objects", keyspace.lazyFree().freedEntries());
  }

  private void scripts(InfoText out) {
    long eval = scripts.evalInterpreterBytes();
    long functions = scripts.functionInterpreterBytes();
    out.bytes("used_memory_lua", eval);
    out.field("used_memory_vm_eval", eval);
    out.field("used_memory_scripts_eval", scripts.scriptBytes());
    out.field("number_of_cached_scripts", scripts.scriptCount());
    out.field("number_of_functions", scripts.functionCount());
    out.field("number_of_libraries", scripts.libraryCount());
    out.field("used_memory_vm_functions", functions);
    out.bytes("used_memory_vm_total", eval + functions);
    out.field("used_memory_functions", scripts.libraryBytes());
    out.bytes("used_memory_scripts", scripts.scriptBytes() + scripts.libraryBytes());
  }

  /// What the cache of scripts takes, and that of libraries, in bytes.
  long scriptBytes() {
    return scripts.scriptBytes();
  }

  long libraryBytes() {
    return scripts.libraryBytes();
  }

  static double share(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }

  static double ratio(long a, long b) {
    return b == 0 ? 0 : (double) a / b;
  }
}
