/** Measures a machine and says whether a node can live on it. */
package io.flotilla.deploy.doctor;
