package io.skein.engine.node;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.Manifest;
import io.skein.engine.aof.ManifestError;
import io.skein.engine.config.ConfigText;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// The directory of append only files, and the manifest in it.
///
/// A [Manifest] has names with one `char` for each byte; a [Disk] has text.
final class AofDirectory {
  private static final int PIECE_BYTES = 4096;
  private static final int LONGEST_MANIFEST = 1 << 24;

  private final Settings settings;
  private final NodeHost host;

  AofDirectory(Settings settings, NodeHost host) {
    this.settings = settings;
    this.host = host;
  }

  /// The name that the names of all files begin with, as a [Manifest] has it.
  String baseName() {
    return ConfigText.raw(settings.get(PersistenceSettings.APPENDFILENAME));
  }

  /// Where the disk has a file of the manifest.
  String path(AofFile file) {
    return inside(ConfigText.text(file.name()));
  }

  /// Where the disk has the manifest.
  String manifestPath() {
    return inside(Manifest.fileName(settings.get(PersistenceSettings.APPENDFILENAME)));
  }

  private String inside(String name) {
    return settings.get(PersistenceSettings.APPENDDIRNAME) + "/" + name;
  }

  /// Reads the manifest; [Manifest#EMPTY] when there is none.
  ///
  /// @throws ManifestError when it is not sound
  /// @throws Disk.Failure when it cannot be read
  Manifest read() {
    Disk.Reader file = host.disk().open(manifestPath());
    if (file == null) {
      return Manifest.EMPTY;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      byte[] piece = new byte[PIECE_BYTES];
      for (int n = file.read(piece); n > 0; n = file.read(piece)) {
        bytes.write(piece, 0, n);
        if (bytes.size() > LONGEST_MANIFEST) {
          throw new Disk.Failure(manifestPath() + " is too large for a manifest");
        }
      }
    } finally {
      file.close();
    }
    return Manifest.parse(bytes.toByteArray());
  }

  /// Writes the manifest and waits until it is on disk.
  ///
  /// @throws Disk.Failure when it cannot be written; the old one stays
  void write(Manifest manifest) {
    host.disk().createDirectory(settings.get(PersistenceSettings.APPENDDIRNAME));
    Disk.Writer file = host.disk().replace(manifestPath(), failure -> {});
    file.write(manifest.encode());
    String failure = file.finishNow();
    if (failure != null) {
      throw new Disk.Failure(failure);
    }
  }

  /// Takes the single file of a server of before Redis 7 into the directory, if there is one that
  /// is not there yet. When it fails midway, the next start goes on.
  ///
  /// @return what is to be loaded then: a manifest with the file, or `found`
  /// @throws Disk.Failure when it is not possible
  Manifest upgraded(Manifest found) {
    String name = settings.get(PersistenceSettings.APPENDFILENAME);
    AofFile base = found.base();
    boolean begun =
        base != null
            && found.incrementals().isEmpty()
            && base.name().equals(baseName())
            && !exists(path(base));
    if (!(found.isEmpty() || begun) || !exists(name)) {
      return found;
    }
    Manifest old = Manifest.ofOldFile(baseName());
    write(old);
    host.disk().rename(name, inside(name));
    return old;
  }

  private boolean exists(String name) {
    Disk.@Nullable Reader file = host.disk().open(name);
    if (file == null) {
      return false;
    }
    file.close();
    return true;
  }
}
