/** The configuration of a server: one strict YAML file, overridden by environment and options. */
package io.flotilla.deploy.config;
