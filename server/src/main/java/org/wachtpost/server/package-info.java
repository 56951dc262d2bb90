/**
 * The process: {@link org.wachtpost.server.Main} parses the command line; {@link
 * org.wachtpost.server.Core} opens what a data directory holds; {@link org.wachtpost.server.Server}
 * wires it to the network in one readable place.
 */
@NullMarked
package org.wachtpost.server;

import org.jspecify.annotations.NullMarked;
