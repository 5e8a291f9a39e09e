package io.skein.engine.node;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.Manifest;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files that the append only file consists of, as the manifest on disk names them.
final class AofFiles {
  private final Settings settings;
  private final NodeHost host;
  private final AofDirectory directory;
  private Manifest manifest = Manifest.EMPTY;

  /// How many manifests are on their way to disk: until they are there, the one before counts, and
  /// nothing that it names may go.
  private int unconfirmed;

  private AofSegments segments = AofSegments.NONE;

  AofFiles(Settings settings, NodeHost host) {
    this.settings = settings;
    this.host = host;
    this.directory = new AofDirectory(settings, host);
  }

  void segments(AofSegments who) {
    segments = who;
  }

  /// The manifest as it is on disk, or is being written.
  Manifest manifest() {
    return manifest;
  }

  /// How the names of all files begin, as a manifest has them.
  String prefix() {
    return directory.baseName();
  }

  /// The number of the next incremental file.
  long nextIncremental() {
    return Objects.requireNonNull(manifest.withNewIncremental(prefix()).lastIncremental()).seq();
  }

  /// Where a file is for the disk.
  String path(AofFile file) {
    return directory.path(file);
  }

  /// The same for a file of which a manifest has this name.
  String path(String name) {
    return directory.path(new AofFile(name, 1, AofFile.Kind.INCREMENTAL));
  }

  /// Where what is written before the first rewrite gathers.
  String temporaryIncremental() {
    return path("temp-" + prefix() + ".incr");
  }

  /// Reads the manifest, if there is one.
  ///
  /// @throws io.skein.engine.aof.ManifestError when it is not sound
  /// @throws Disk.Failure when it cannot be read
  void read() {
    manifest = directory.read();
  }

  /// The directory is there from now on.
  ///
  /// @throws Disk.Failure when it cannot be created
  void createDirectory() {
    host.disk().createDirectory(settings.get(PersistenceSettings.APPENDDIRNAME));
  }

  /// Writes a manifest; `done` is told why that failed, or null. Then the one before is still
  /// there.
  void persist(Manifest next, Consumer<@Nullable String> done) {
    Manifest before = manifest;
    manifest = next;
    unconfirmed++;
    Disk.Writer writer =
        host.disk()
            .replace(
                directory.manifestPath(),
                failure -> {
                  unconfirmed--;
                  if (failure != null) {
                    manifest = before;
                  }
                  done.accept(failure);
                });
    writer.write(next.encode());
    writer.finish();
  }

  /// Writes a manifest and waits for it; returns why that failed, or null.
  @Nullable String persistNow(Manifest next) {
    Disk.Writer writer = host.disk().replace(directory.manifestPath(), failure -> {});
    writer.write(next.encode());
    String failure = writer.finishNow();
    if (failure == null) {
      manifest = next;
    }
    return failure;
  }

  /// Deletes what is no longer part of the data set, except what someone wants to read, and runs
  /// `done` when the manifest knows no more of it.
  void deleteHistory(Runnable done) {
    if (unconfirmed > 0
        || manifest.history().isEmpty()
        || settings.isOn(PersistenceSettings.AOF_DISABLE_AUTO_GC)) {
      done.run();
      return;
    }
    List<AofFile> kept = new ArrayList<>();
    for (AofFile file : manifest.history()) {
      String path = path(file);
      if (segments.keeps(path)) {
        kept.add(file);
      } else {
        segments.deleted(path);
        host.disk().delete(path);
      }
    }
    if (kept.size() < manifest.history().size()) {
      persist(manifest.withHistory(kept), failure -> done.run());
    } else {
      done.run();
    }
  }

  /// The size of a file in bytes; 0 when there is none.
  long size(@Nullable AofFile file) {
    if (file == null) {
      return 0;
    }
    try {
      Disk.Reader reader = host.disk().open(path(file));
      if (reader == null) {
        return 0;
      }
      long size = reader.size();
      reader.close();
      return size;
    } catch (Disk.Failure e) {
      return 0;
    }
  }
}
