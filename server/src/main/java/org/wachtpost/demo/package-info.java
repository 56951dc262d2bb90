/** A throwaway server on loopback, with sample people and mail. */
@NullMarked
package org.wachtpost.demo;

import org.jspecify.annotations.NullMarked;
