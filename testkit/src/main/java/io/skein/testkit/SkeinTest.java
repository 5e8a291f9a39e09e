package io.skein.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives the tests of a class nodes and clusters as parameters.
///
/// A parameter of type [SkeinNode] is a standalone node; one of type [SkeinCluster] a cluster that
/// is healthy. What a test method or `@BeforeEach` asks for is made for that test and ends with it;
/// what the constructor (with one instance per class) or `@BeforeAll` asks for serves the whole
/// class, its test methods included.
///
/// ```java
/// @SkeinTest(primaries = 3, replicas = 1)
/// class CartTest {
///   @Test
///   void keepsItemsWhenAPrimaryDies(SkeinCluster cluster) {
///     cluster.primaryOf("cart:1").kill();
///     ...
///   }
/// }
/// ```
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SkeinExtension.class)
public @interface SkeinTest {
  /// How many primaries a cluster has.
  int primaries() default 3;

  /// How many replicas each primary of a cluster has.
  int replicas() default 1;

  /// More options for every node, as words of redis-server's command line.
  String[] options() default {};
}
