package io.flotilla.bench.drill.report;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A figure over the time of a drill as inline SVG: a filled line above a linear or logarithmic
 * axis, faults and changes as bands behind it. Pure.
 *
 * @param title what is drawn
 * @param unit of the values
 * @param isLogarithmic whether each step of the axis is ten times the one before
 */
record Plot(String title, String unit, boolean isLogarithmic) {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 220;
  private static final int LEFT = 56;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int BOTTOM = 26;
  private static final int TICKS_X = 10;
  private static final int TICKS_Y = 4;

  String svg(Analysis seen, ToDoubleFunction<Analysis.Moment> value) {
    List<Analysis.Moment> moments = seen.moments();
    double end = seen.seconds();
    double highest = moments.stream().mapToDouble(value).max().orElse(1);
    double top = isLogarithmic ? Math.pow(10, Math.ceil(log(highest))) : rounded(highest);
    StringBuilder svg = new StringBuilder();
    svg.append(
        text(
            "<figure><figcaption>%s <span>%s</span></figcaption>"
                + "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            title, unit, WIDTH, HEIGHT, title));
    bands(svg, seen, end);
    axes(svg, end, top);
    svg.append(line(moments, end, top, value));
    return svg.append("</svg></figure>\n").toString();
  }

  private static void bands(StringBuilder svg, Analysis seen, double end) {
    for (Analysis.FaultCost fault : seen.faults()) {
      double from = x(fault.atSeconds(), end);
      double to = x(Math.min(end, fault.atSeconds() + fault.seconds()), end);
      svg.append(
          text(
              "<rect class=\"band\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\">"
                  + "<title>%s, at %.1f s for %.1f s</title></rect>%n",
              from,
              TOP,
              Math.max(1.5, to - from),
              HEIGHT - TOP - BOTTOM,
              escaped(fault.what()),
              fault.atSeconds(),
              fault.seconds()));
    }
  }

  private void axes(StringBuilder svg, double end, double top) {
    int steps = isLogarithmic ? (int) Math.round(log(top) - log(1)) : TICKS_Y;
    for (int i = 0; i <= steps; i++) {
      double value = isLogarithmic ? Math.pow(10, i) : top * i / steps;
      double y = y(value, top);
      svg.append(
          text(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y + 4, number(value)));
    }
    double step = Math.max(1, rounded(end / TICKS_X));
    for (double at = 0; at <= end; at += step) {
      svg.append(
          text(
              "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s s</text>%n",
              x(at, end), HEIGHT - 8, number(at)));
    }
  }

  private String line(
      List<Analysis.Moment> moments,
      double end,
      double top,
      ToDoubleFunction<Analysis.Moment> value) {
    StringBuilder points = new StringBuilder();
    for (Analysis.Moment moment : moments) {
      double middle = Math.min(end, moment.atSeconds() + moment.seconds() / 2);
      points.append(text("%.1f,%.1f ", x(middle, end), y(value.applyAsDouble(moment), top)));
    }
    String path = points.toString().trim();
    double floor = HEIGHT - BOTTOM;
    return text(
        "<polygon class=\"area\" points=\"%.1f,%.1f %s %.1f,%.1f\"/>"
            + "<polyline class=\"line\" points=\"%s\"/>%n",
        x(0, end), floor, path, x(end, end), floor, path);
  }

  private static double x(double seconds, double end) {
    return LEFT + seconds / end * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value, double top) {
    double part = isLogarithmic ? log(value) / Math.max(1, log(top)) : value / top;
    return HEIGHT - BOTTOM - Math.max(0, Math.min(1, part)) * (HEIGHT - TOP - BOTTOM);
  }

  /** One is the bottom: what is faster than a millisecond is fast. */
  private static double log(double value) {
    return Math.log10(Math.max(1, value));
  }

  /** The next of 1, 2, 5, 10, 20, ... */
  private static double rounded(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(1e-9, value))));
    for (double step : new double[] {1, 2, 5}) {
      if (value <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%,.0f" : "%,.1f", value);
  }

  @FormatMethod
  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
