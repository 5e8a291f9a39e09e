package io.skein.engine.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The packages of the engine are layers, and each imports only those above it in [#LAYERS].
class LayersTest {
  /// Top to bottom. `command.*` stands for every family of commands; they are strangers to each
  /// other.
  private static final List<String> LAYERS =
      List.of(
          "machine",
          "bytes",
          "structure",
          "resp",
          "value",
          "keyspace",
          "log",
          "rdb",
          "aof",
          "acl",
          "config",
          "command",
          "command.*",
          "script",
          "replication",
          "cluster",
          "sentinel",
          "node");

  @Test
  void importsOnlyFromLayersAbove() {
    classes().should(importOnlyFromLayersAbove()).check(Engine.CLASSES);
  }

  @Test
  void everyPackageHasItsLayer() {
    Set<String> strangers = new TreeSet<>();
    for (JavaClass type : Engine.CLASSES) {
      if (!type.getPackageName().equals(Engine.ROOT) && layerOf(type) < 0) {
        strangers.add(type.getPackageName());
      }
    }
    assertEquals(Set.of(), strangers, "packages that LAYERS does not name");
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(Engine.ROOT + ".(**)").should().beFreeOfCycles().check(Engine.CLASSES);
  }

  @Test
  void commandFamiliesAreStrangers() {
    slices()
        .matching(Engine.ROOT + ".command.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(Engine.CLASSES);
  }

  private static ArchCondition<JavaClass> importOnlyFromLayersAbove() {
    return new ArchCondition<>("import only from layers above") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (layerOf(target) > layerOf(type)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  /// The place of a class in [#LAYERS], or -1 for what is not of the engine.
  private static int layerOf(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(Engine.ROOT + ".")) {
      return -1;
    }
    String[] parts = name.substring(Engine.ROOT.length() + 1).split("\\.", -1);
    boolean family = parts[0].equals("command") && parts.length > 1;
    return LAYERS.indexOf(family ? "command.*" : parts[0]);
  }
}
