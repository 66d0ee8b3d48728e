/**
 * @file Solves linear equations with a symmetric positive definite matrix, by Cholesky's A = L Lᵀ.
 *
 * Matrices are (n, n), row after row in one array; only the lower triangle is read.
 * Source: G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th ed., §4.2.
 */

/**
 * Overwrites the lower triangle of `matrix` by L.
 *
 * @returns false when the matrix is not positive definite (as far as rounding lets us tell).
 */
export function factorise(matrix: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) {
      const rest = matrix[row * n + column] - dot(matrix, row * n, column * n, column);
      if (row !== column) matrix[row * n + column] = rest / matrix[column * n + column];
      else if (rest > 0) matrix[row * n + row] = Math.sqrt(rest);
      else return false;
    }
  return true;
}

/** Overwrites `x` (n,) by the solution of L Lᵀ y = x. */
export function solve(factor: Float64Array, n: number, x: Float64Array): void {
  for (let row = 0; row < n; row++) {
    let rest = x[row];
    for (let k = 0; k < row; k++) rest -= factor[row * n + k] * x[k];
    x[row] = rest / factor[row * n + row];
  }
  for (let row = n - 1; row >= 0; row--) {
    const value = x[row] / factor[row * n + row];
    x[row] = value;
    for (let k = 0; k < row; k++) x[k] -= factor[row * n + k] * value;
  }
}

/** (n, n) the whole inverse of the matrix that was factorised. */
export function invert(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    const unit = inverse.subarray(column * n, (column + 1) * n);
    unit[column] = 1;
    solve(factor, n, unit); // symmetric: its columns are its rows
  }
  return inverse;
}

/** (n, n) the product M S M of two symmetric matrices. */
export function sandwiched(bread: Float64Array, filling: Float64Array, n: number): Float64Array {
  return product(product(bread, filling, n), bread, n);
}

function product(left: Float64Array, right: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let k = 0; k < n; k++) {
      const factor = left[row * n + k];
      if (factor === 0) continue;
      for (let column = 0; column < n; column++)
        result[row * n + column] += factor * right[k * n + column];
    }
  return result;
}

function dot(matrix: Float64Array, one: number, other: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += matrix[one + k] * matrix[other + k];
  return sum;
}
