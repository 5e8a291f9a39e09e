package io.skein.engine.script;

import io.skein.engine.resp.CommandError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The libraries of functions that this node has.
///
/// They are part of the data set: saved with it, replicated, and replaced by those of a primary.
/// Whatever fails leaves the libraries as they were.
///
/// *Threads*: only under the data plane.
public final class Libraries {
  /// How long the code of a library may take to register its functions.
  private static final long LOAD_LIMIT_MS = 500;

  private final Scripting scripting;
  private Map<String, Library> byName = new LinkedHashMap<>();

  /// All functions by their names in lower case: those that call one need not mind the case.
  private Map<String, Library.Function> functions = new LinkedHashMap<>();

  private @Nullable Library beingLoaded;

  Libraries(Scripting scripting) {
    this.scripting = scripting;
  }

  /// The library whose code is being executed so that it registers its functions, or null.
  @Nullable Library beingLoaded() {
    return beingLoaded;
  }

  Collection<Library> all() {
    return byName.values();
  }

  int functionCount() {
    return functions.size();
  }

  int count() {
    return byName.size();
  }

  /// The function called `name`, or null.
  Library.@Nullable Function function(String name) {
    return functions.get(lower(name));
  }

  /// The source texts of all libraries.
  public List<byte[]> sources() {
    List<byte[]> texts = new ArrayList<>(byName.size());
    for (Library library : byName.values()) {
      texts.add(library.code());
    }
    return texts;
  }

  /// What the libraries take beside the interpreter's memory, in bytes, about.
  long bytes() {
    long sum = 0;
    for (Library library : byName.values()) {
      sum += library.bytes();
    }
    return sum;
  }

  /// Takes a library in, and returns its name.
  ///
  /// @throws CommandError when it cannot be loaded, or takes a name that is in use
  String load(byte[] code, boolean replace, boolean limited) {
    Shebang.OfLibrary line = Shebang.ofLibrary(code);
    Library old = byName.get(line.name());
    if (old != null && !replace) {
      throw new CommandError("ERR Library '" + line.name() + "' already exists");
    }
    Library fresh = compile(line, code, limited);
    for (String name : fresh.functions().keySet()) {
      Library.Function known = function(name);
      if (known != null && !isOf(old, known)) {
        release(fresh);
        throw new CommandError("ERR Function " + name + " already exists");
      }
    }
    if (old != null) {
      unlink(old);
      release(old);
    }
    link(fresh);
    return line.name();
  }

  private Library compile(Shebang.OfLibrary line, byte[] code, boolean limited) {
    Library fresh = new Library(line.name(), code);
    Interpreter interpreter = scripting.functionInterpreter();
    beingLoaded = fresh;
    scripting.runner().loads(limited ? LOAD_LIMIT_MS : Long.MAX_VALUE);
    try {
      interpreter.load(code, line.from());
      if (fresh.functions().isEmpty()) {
        throw new CommandError("ERR No functions registered");
      }
      return fresh;
    } catch (CommandError e) {
      release(fresh);
      throw e;
    } finally {
      beingLoaded = null;
    }
  }

  private void release(Library library) {
    for (Library.Function f : library.functions().values()) {
      scripting.functionInterpreter().release(f.reference());
    }
  }

  private void link(Library library) {
    byName.put(library.name(), library);
    library.functions().values().forEach(f -> functions.put(lower(f.name()), f));
  }

  private void unlink(Library library) {
    byName.remove(library.name());
    library.functions().values().forEach(f -> functions.remove(lower(f.name()), f));
  }

  /// Deletes the library called `name`; false when there is none.
  boolean delete(String name) {
    Library library = byName.get(name);
    if (library == null) {
      return false;
    }
    unlink(library);
    release(library);
    return true;
  }

  /// Deletes all libraries.
  public void clear(boolean lazily) {
    if (!byName.isEmpty()) {
      byName = new LinkedHashMap<>();
      functions = new LinkedHashMap<>();
      scripting.closeFunctions(lazily);
    }
  }

  /// What is to be done with the libraries that are there when others come.
  enum Policy {
    APPEND,
    REPLACE,
    FLUSH
  }

  /// Takes libraries in, all of them or none.
  ///
  /// @throws CommandError when one cannot be loaded, or takes a name that is in use
  void restore(List<byte[]> sources, Policy policy) {
    List<Library> fresh = new ArrayList<>();
    try {
      for (byte[] code : sources) {
        Library library = compile(Shebang.ofLibrary(code), code, false);
        fresh.add(library);
        checkAmong(fresh, library);
      }
      join(fresh, policy);
    } catch (CommandError e) {
      fresh.forEach(this::release);
      throw e;
    }
  }

  private static void checkAmong(List<Library> fresh, Library last) {
    for (Library other : fresh.subList(0, fresh.size() - 1)) {
      if (other.name().equals(last.name())) {
        throw new CommandError("ERR Library '" + last.name() + "' already exists");
      }
      for (String name : last.functions().keySet()) {
        if (other.functions().containsKey(name)) {
          throw new CommandError("ERR Function " + name + " already exists");
        }
      }
    }
  }

  private void join(List<Library> fresh, Policy policy) {
    List<Library> gone = new ArrayList<>();
    for (Library library : policy == Policy.FLUSH ? byName.values() : fresh) {
      Library old = byName.get(library.name());
      if (old != null) {
        if (policy == Policy.APPEND) {
          throw new CommandError("ERR Library " + library.name() + " already exists");
        }
        gone.add(old);
      }
    }
    for (Library library : fresh) {
      for (String name : library.functions().keySet()) {
        Library.Function known = function(name);
        if (known != null && gone.stream().noneMatch(old -> isOf(old, known))) {
          throw new CommandError("ERR Function " + name + " already exists");
        }
      }
    }
    gone.forEach(this::unlink);
    gone.forEach(this::release);
    fresh.forEach(this::link);
  }

  private static boolean isOf(@Nullable Library library, Library.Function function) {
    return library != null && function.equals(library.functions().get(function.name()));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /// Has these libraries take the place of those that are there: they came with a data set.
  ///
  /// @throws CommandError when one cannot be loaded
  public void replaceAll(List<byte[]> sources) {
    if (sources.isEmpty()) {
      clear(false);
    } else {
      restore(sources, Policy.FLUSH);
    }
  }

  /// Has these libraries join those that are there.
  ///
  /// @param replace whether they take the place of libraries of the same names
  /// @throws CommandError when one cannot be loaded, or takes a name that is in use; then none is
  ///   taken in
  public void add(List<byte[]> sources, boolean replace) {
    restore(sources, replace ? Policy.REPLACE : Policy.APPEND);
  }

  /// Checks that these libraries could be loaded together.
  ///
  /// @throws CommandError when one cannot
  public void check(byte[] code) {
    release(compile(Shebang.ofLibrary(code), code, false));
  }
}
