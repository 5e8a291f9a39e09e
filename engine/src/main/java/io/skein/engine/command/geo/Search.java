package io.skein.engine.command.geo;

import io.skein.engine.value.SortedSetBound;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A search for the members of a sorted set that are within an area.
final class Search {
  /// A member that was found.
  ///
  /// @param score its score, which says where it is
  /// @param meters its distance from the middle
  record Found(byte[] member, double score, double meters) {}

  private final SortedSetValue value;
  private final GeoArea area;
  private final long enough;
  private final List<Found> found = new ArrayList<>();

  /// @param enough how many are enough, or 0 for all
  Search(SortedSetValue value, GeoArea area, long enough) {
    this.value = value;
    this.area = area;
    this.enough = enough;
  }

  /// The members within the area.
  List<Found> run() {
    GeoCell before = GeoCell.NONE;
    List<GeoCell> cells = area.cells();
    for (int i = 0; i < cells.size() && !isEnough(); i++) {
      GeoCell cell = cells.get(i);
      if (!cell.equals(GeoCell.NONE) && !cell.equals(before)) {
        searchCell(cell);
        // Redis does not compare with the first cell.
        before = i == 0 ? GeoCell.NONE : cell;
      }
    }
    return found;
  }

  private boolean isEnough() {
    return enough != 0 && found.size() >= enough;
  }

  private void searchCell(GeoCell cell) {
    double end = cell.endScore();
    SortedSetCursor at = value.cursor();
    boolean there = at.toRank(value.countBefore(SortedSetBound.beforeScore(cell.firstScore())));
    while (there && at.score() < end) {
      GeoCell place = GeoCell.ofScore(at.score());
      double meters = area.distance(place.longitude(), place.latitude());
      if (meters >= 0) {
        found.add(new Found(at.member(), at.score(), meters));
        if (isEnough()) {
          return;
        }
      }
      there = at.next();
    }
  }

  /// Puts the nearest first.
  static void sort(List<Found> found, boolean descending) {
    Comparator<Found> nearest = Comparator.comparingDouble(Found::meters);
    found.sort(descending ? nearest.reversed() : nearest);
  }
}
