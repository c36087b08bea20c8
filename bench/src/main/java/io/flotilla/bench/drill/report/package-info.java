/** What a drill has cost, worked out from the history of its clients, and how that is told. */
package io.flotilla.bench.drill.report;
