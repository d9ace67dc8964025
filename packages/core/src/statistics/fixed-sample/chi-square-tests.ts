import { assert } from "../assertions.ts";
import { chiSquareUpperTail } from "../chi-square.ts";

export interface ChiSquareTest {
	readonly statistic: number;
	readonly degrees: number;
	readonly p: number;
}

/** Pearson's test that rows and columns of a table of counts are independent (no Yates correction). No row or column may be empty. */
export function independenceTest(table: readonly (readonly number[])[]): ChiSquareTest {
	const columns = table[0]?.length ?? 0;
	const ofRow = table.map((row) => row.reduce((sum, count) => sum + count, 0));
	const ofColumn = Array.from({ length: columns }, (_, at) => table.reduce((sum, row) => sum + row[at]!, 0));
	const total = ofRow.reduce((sum, count) => sum + count, 0);
	assert(
		[...ofRow, ...ofColumn].every((count) => count > 0),
		() => "a row or column of the table is empty",
	);
	let statistic = 0;
	table.forEach((row, i) => {
		row.forEach((count, j) => {
			const expected = (ofRow[i]! * ofColumn[j]!) / total;
			statistic += (count - expected) ** 2 / expected;
		});
	});
	const degrees = (table.length - 1) * (columns - 1);
	return { statistic, degrees, p: chiSquareUpperTail(statistic, degrees) };
}

/** Pearson's test that counts follow these shares (above 0, summing to 1): the fixed-sample check of a traffic split. */
export function goodnessOfFit(observed: readonly number[], shares: readonly number[]): ChiSquareTest {
	assert(observed.length === shares.length && shares.every((share) => share > 0), () => "each count needs a share above 0");
	const total = observed.reduce((sum, count) => sum + count, 0);
	const statistic = observed.reduce((sum, count, at) => sum + (count - total * shares[at]!) ** 2 / (total * shares[at]!), 0);
	return { statistic, degrees: observed.length - 1, p: chiSquareUpperTail(statistic, observed.length - 1) };
}
