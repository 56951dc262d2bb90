/**
 * An inspection's report for people and programs: terminal, JSON, HTML, CSV.
 *
 * <p>Everything from evidence is hostile here: escaped for HTML, control characters shown, formulas
 * in CSV defused. No state; writers take the report and an output.
 */
@NullMarked
package org.wachtpost.inspect.report;

import org.jspecify.annotations.NullMarked;
