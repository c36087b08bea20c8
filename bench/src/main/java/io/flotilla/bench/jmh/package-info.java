/**
 * What the pieces of the write path cost one by one, measured by JMH: {@code java -jar
 * bench/target/benchmarks.jar}. Figures are for the pieces alone; what a cluster does is measured
 * by {@link io.flotilla.bench.load}.
 */
package io.flotilla.bench.jmh;
