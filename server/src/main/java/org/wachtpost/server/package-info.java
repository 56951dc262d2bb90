/**
 * The process: {@link org.wachtpost.server.Main} parses the command line; {@link
 * org.wachtpost.server.Core} opens what a data directory holds; {@link org.wachtpost.server.Server}
 * wires it to the network in one readable place. After the start {@link
 * org.wachtpost.server.WarmUp} has a second, throwaway {@link org.wachtpost.server.PracticeServer}
 * take mail, so that the code is compiled when real mail comes.
 */
@NullMarked
package org.wachtpost.server;

import org.jspecify.annotations.NullMarked;
