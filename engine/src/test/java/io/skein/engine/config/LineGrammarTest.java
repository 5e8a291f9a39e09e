package io.skein.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineGrammarTest {
  @Test
  void separatesWordsByAnyWhiteSpace() {
    assertEquals(List.of("a", "b", "c"), LineGrammar.split(" a \t b \u000b\fc "));
    assertEquals(List.of(), LineGrammar.split(" \t "));
  }

  @Test
  void takesVerticalTabInsideBareWordAsItsPart() {
    assertEquals(List.of("a\u000bb"), LineGrammar.split("a\u000bb"));
  }

  @Test
  void readsEscapesInDoubleQuotesOnly() {
    assertEquals(
        List.of("set", "\n\r\t\b\u0007\\\"q", "\u00ff\u0000z"),
        LineGrammar.split("set \"\\n\\r\\t\\b\\a\\\\\\\"\\q\" \"\\xFf\\x00z\""));
    assertEquals(List.of("\\n\\x41"), LineGrammar.split("'\\n\\x41'"));
    assertEquals(List.of("\\n"), LineGrammar.split("\\n"));
  }

  @Test
  void takesIncompleteHexAsLetterX() {
    assertEquals(List.of("x4"), LineGrammar.split("\"\\x4\""));
    assertEquals(List.of("xg1"), LineGrammar.split("\"\\xg1\""));
  }

  @Test
  void readsQuoteInSingleQuotes() {
    assertEquals(List.of("it's"), LineGrammar.split("'it\\'s'"));
  }

  @Test
  void readsEmptyWords() {
    assertEquals(List.of("save", "", ""), LineGrammar.split("save \"\" ''"));
  }

  @Test
  void endsBareWordThatRunsIntoQuoteWithIt() {
    assertEquals(List.of("ab c", "d"), LineGrammar.split("a\"b c\" d"));
  }

  @Test
  void refusesUnbalancedQuotes() {
    assertNull(LineGrammar.split("a \"b"));
    assertNull(LineGrammar.split("a 'b"));
    assertNull(LineGrammar.split("a \"b\\"));
    assertNull(LineGrammar.split("a \"b\\\""));
  }

  @Test
  void refusesTextRightAfterClosingQuote() {
    assertNull(LineGrammar.split("\"a\"b"));
    assertNull(LineGrammar.split("'a'b"));
  }
}
