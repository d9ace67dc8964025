#!/usr/bin/env node
require("../../bin/headgate.cjs");
