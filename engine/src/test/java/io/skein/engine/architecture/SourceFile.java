package io.skein.engine.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// One source file, measured.
///
/// @param path from the root of the repository, with `/`
/// @param lines the length of the whole file
/// @param methods each method, constructors included
/// @param types the simple names of the types it declares, nested ones included
record SourceFile(String path, int lines, List<Method> methods, List<String> types) {
  /// A method and its length from its first modifier to its closing brace.
  ///
  /// @param name `Outer.Inner.method`
  record Method(String name, int lines) {}

  private static final List<SourceFile> ALL = measureAll();

  /// Everything under `src/main/java` of every module, in the order of the paths.
  static List<SourceFile> all() {
    return ALL;
  }

  private static List<SourceFile> measureAll() {
    Path root = repositoryRoot();
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> found = Files.walk(sources)) {
            found.filter(path -> path.toString().endsWith(".java")).sorted().forEach(paths::add);
          }
        }
      }
      return parse(root, paths);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path repositoryRoot() {
    Path here = Path.of("").toAbsolutePath();
    for (Path dir = here; dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("skein")) && Files.isDirectory(dir.resolve("engine"))) {
        return dir;
      }
    }
    throw new IllegalStateException("not inside the repository: " + here);
  }

  private static List<SourceFile> parse(Path root, List<Path> paths) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<SourceFile> files = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(paths));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        Path path = root.relativize(Path.of(unit.getSourceFile().toUri()));
        Measure measure = new Measure(unit, positions);
        measure.scan(unit, null);
        int lines = (int) unit.getSourceFile().getCharContent(true).toString().lines().count();
        String name = path.toString().replace('\\', '/');
        files.add(new SourceFile(name, lines, measure.methods, measure.types));
      }
    }
    return files;
  }

  /// Collects the methods and types of one parsed file.
  private static final class Measure extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final Deque<String> enclosing = new ArrayDeque<>();
    private final List<Method> methods = new ArrayList<>();
    private final List<String> types = new ArrayList<>();

    Measure(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
      String name = tree.getSimpleName().toString();
      if (!name.isEmpty()) {
        types.add(name);
      }
      enclosing.addLast(name.isEmpty() ? "anonymous" : name);
      super.visitClass(tree, nothing);
      enclosing.removeLast();
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
      String owner = String.join(".", enclosing);
      methods.add(new Method(owner + "." + tree.getName(), lineSpan(tree)));
      return super.visitMethod(tree, nothing);
    }

    private int lineSpan(Tree tree) {
      long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
      long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
      return (int) (last - first) + 1;
    }
  }
}
