package io.skein.engine.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The engine decides and never acts: no socket, file, thread, clock or entropy, and nothing whose
/// order differs from one JVM to the next. Only so can the simulator replay it from a seed.
class PurityTest {
  private static final Set<String> CLOCKS_AND_ENTROPY =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.System.identityHashCode",
          "java.lang.System.exit",
          "java.lang.Math.random",
          "java.lang.StrictMath.random",
          "java.util.UUID.randomUUID",
          "java.util.Collections.shuffle",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.ZoneId.systemDefault",
          "java.util.TimeZone.getDefault",
          "java.util.Locale.getDefault");

  private static final Set<String> SEEDED_FROM_ENTROPY =
      Set.of("java.util.Random", "java.util.SplittableRandom", "java.util.Date");

  private static final Set<String> UNORDERED =
      Set.of(
          "java.util.Map.of",
          "java.util.Map.ofEntries",
          "java.util.Map.copyOf",
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.HashMap.<init>",
          "java.util.HashSet.<init>",
          "java.util.stream.Collectors.toSet",
          "java.util.stream.Collectors.toMap",
          "java.util.stream.Collectors.groupingBy");

  private static final Set<String> WALKS =
      Set.of("iterator", "entrySet", "keySet", "values", "forEach", "stream", "toArray");

  private static final List<String> MAYBE_UNORDERED =
      List.of("java.util.Map", "java.util.Set", "java.util.HashMap", "java.util.HashSet");

  @Test
  void touchesNeitherSocketNorFileNorThread() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net..",
            "java.nio.file..",
            "java.nio.channels..",
            "java.util.concurrent..",
            "java.util.logging..",
            "java.lang.reflect..",
            "java.security..",
            "sun..",
            "jdk..")
        .orShould()
        .dependOnClassesThat(
            describe(
                "are files, threads, processes or standard streams",
                type ->
                    Set.of(
                            "java.io.File",
                            "java.io.FileInputStream",
                            "java.io.FileOutputStream",
                            "java.io.RandomAccessFile",
                            "java.io.FileReader",
                            "java.io.FileWriter",
                            "java.io.PrintStream",
                            "java.lang.Thread",
                            "java.lang.ThreadLocal",
                            "java.lang.ThreadGroup",
                            "java.lang.Process",
                            "java.lang.ProcessBuilder",
                            "java.lang.Runtime",
                            "java.util.Timer")
                        .contains(type.getName())))
        .check(Engine.CLASSES);
  }

  @Test
  void readsNoClockAndDrawsNoEntropy() {
    noClasses()
        .should()
        .callMethodWhere(
            calls("a clock, entropy or the surroundings", CLOCKS_AND_ENTROPY::contains))
        .orShould()
        .callConstructorWhere(
            DescribedPredicate.<JavaCall<?>>describe(
                    "seeds itself",
                    call ->
                        SEEDED_FROM_ENTROPY.contains(call.getTargetOwner().getName())
                            && call.getTarget().getRawParameterTypes().isEmpty())
                .forSubtype())
        .check(Engine.CLASSES);
  }

  @Test
  void usesNoIdentityHashedCollection() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.IdentityHashMap")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.WeakHashMap")
        .check(Engine.CLASSES);
  }

  /// A class that makes a collection without an order of its own may look things up in it, but not
  /// walk a map or set that might be it. Where both are needed, a variable declared as
  /// `LinkedHashMap` or `TreeMap` says so.
  @Test
  void walksNoUnorderedCollection() {
    classes().should(notWalkWhatItMadeUnordered()).check(Engine.CLASSES);
  }

  private static ArchCondition<JavaClass> notWalkWhatItMadeUnordered() {
    return new ArchCondition<>("not walk an unordered collection that they made") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean makes =
            type.getCodeUnitCallsFromSelf().stream()
                .anyMatch(call -> UNORDERED.contains(nameOf(call.getTarget())));
        if (!makes) {
          return;
        }
        for (JavaAccess<?> access : type.getCodeUnitCallsFromSelf()) {
          if (MAYBE_UNORDERED.contains(access.getTargetOwner().getName())
              && WALKS.contains(access.getName())) {
            events.add(SimpleConditionEvent.violated(access, access.getDescription()));
          }
        }
      }
    };
  }

  private static DescribedPredicate<JavaCall<?>> calls(
      String what, java.util.function.Predicate<String> named) {
    return describe("calls " + what, call -> named.test(nameOf(call.getTarget())));
  }

  private static String nameOf(CodeUnitCallTarget target) {
    return target.getOwner().getName() + "." + target.getName();
  }
}
