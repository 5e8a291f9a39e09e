/// The commands on places on the earth, which are members of a sorted set: the score says where.
@NullMarked
package io.skein.engine.command.geo;

import org.jspecify.annotations.NullMarked;
