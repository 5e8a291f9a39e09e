package io.skein.engine.node;

import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.config.Settings;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.ReplicationSection;

/// What INFO tells of replication, and of what waits for it.
record ReplicationReport(
    Settings settings,
    CommandLog log,
    Replication replication,
    NodePersistence persistence,
    AppendOnlyFile appendOnly) {
  void addTo(InfoReport report) {
    ReplicationSection section = new ReplicationSection(settings, log, replication);
    report.add(InfoSection.SERVER, persistence.shutdownWait()::describe);
    report.add(InfoSection.REPLICATION, section::replication);
    report.add(InfoSection.STATS, section::statistics);
    report.add(InfoSection.REPLICATION, replication.durability().gate()::describe);
    report.add(InfoSection.REPLICATION, replication.lag()::describe);
    report.onReset(appendOnly::resetStatistics);
    report.onReset(replication.primary().counts()::reset);
  }
}
