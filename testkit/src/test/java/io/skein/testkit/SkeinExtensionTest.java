package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

class SkeinExtensionTest {
  @Nested
  @SkeinTest(options = {"--databases", "2"})
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class PerTest {
    private SkeinNode before = SkeinNode.start();

    @BeforeEach
    void sameNodeAsTheTest(SkeinNode node) {
      before.close();
      before = node;
    }

    @Test
    @Order(1)
    void nodeIsFresh(SkeinNode node) {
      assertSame(before, node);
      assertEquals("[databases, 2]", node.text("CONFIG", "GET", "databases"));
      assertEquals(0L, node.call("DBSIZE"));
      node.call("SET", "k", "v");
    }

    @Test
    @Order(2)
    void nodeIsFreshAgain(SkeinNode node) {
      assertEquals(0L, node.call("DBSIZE"));
    }
  }

  @Nested
  @SkeinTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class PerClass {
    private final SkeinNode shared;

    PerClass(SkeinNode node) {
      shared = node;
    }

    @BeforeAll
    void constructorAndBeforeAllShare(SkeinNode node) {
      assertSame(shared, node);
    }

    @Test
    @Order(1)
    void testUsesTheClassesNode(SkeinNode node) {
      assertSame(shared, node);
      node.call("SET", "k", "v");
    }

    @Test
    @Order(2)
    void dataStays(SkeinNode node) {
      assertTrue(node.isRunning());
      assertEquals("v", node.call("GET", "k"));
    }
  }

  @Test
  void twoNodesLiveSideBySide() {
    try (SkeinNode one = SkeinNode.start();
        SkeinNode other = SkeinNode.start()) {
      assertNotSame(one.port(), other.port());
      one.call("SET", "k", "v");
      assertFalse(other.call("EXISTS", "k").equals(1L));
    }
  }
}
