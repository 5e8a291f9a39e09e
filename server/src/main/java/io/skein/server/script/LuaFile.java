package io.skein.server.script;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/// The file of Lua's library for this machine.
///
/// The launcher has it unpacked among the other native libraries. Without it, it is taken from its
/// jar, by way of a file that is gone as soon as it is loaded.
@SuppressWarnings("restricted") // The launcher allows native access, which Netty needs too.
final class LuaFile {
  private LuaFile() {}

  static SymbolLookup load() {
    String name = name();
    for (String dir : System.getProperty("java.library.path", "").split(File.pathSeparator)) {
      Path unpacked = Path.of(dir, name);
      if (!dir.isEmpty() && Files.isReadable(unpacked)) {
        return SymbolLookup.libraryLookup(unpacked, Arena.global());
      }
    }
    return unpack(name);
  }

  private static SymbolLookup unpack(String name) {
    try (InputStream in = LuaFile.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new UnsatisfiedLinkError("there is no " + name + " for this machine");
      }
      Path file = Files.createTempFile("skein-lua", name.substring(name.lastIndexOf('.')));
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return SymbolLookup.libraryLookup(file, Arena.global());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name() {
    String arch = System.getProperty("os.arch");
    boolean arm = arch.equals("aarch64") || arch.equals("arm64");
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String kind = os.contains("mac") ? ".dylib" : ".so";
    return "liblua51" + (arm ? "arm64" : "64") + kind;
  }
}
